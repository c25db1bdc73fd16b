//! What is mailed to people about their account, and to invite them.

/// A message that is ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) to: String,
    pub(crate) subject: &'static str,
    pub(crate) text: String,
}

fn written(to: &str, subject: &'static str, base_url: &str, text: &str) -> Written {
    let text = format!("{text}\n-- \nWaxseal at {base_url}\n");
    Written { to: to.to_owned(), subject, text }
}

pub(super) fn reset(to: &str, base_url: &str, link: &str) -> Written {
    let text = format!(
        "Somebody, probably you, has asked to set a new password for {to}.\n\
         This link does it, once, within an hour:\n\n{link}\n\n\
         If it was not you, there is nothing to do: your password stays as it is.\n"
    );
    written(to, "Set a new password for Waxseal", base_url, &text)
}

pub(super) fn password_changed(to: &str, base_url: &str) -> Written {
    let text = format!(
        "The password of {to} was changed, and all other sessions were signed out.\n\n\
         If it was not you, set a new one at once:\n\n{base_url}/forgot-password\n"
    );
    written(to, "Your Waxseal password was changed", base_url, &text)
}

pub(super) fn confirm_email(to: &str, old: &str, base_url: &str, link: &str) -> Written {
    let text = format!(
        "The Waxseal account of {old} shall get the e-mail address {to}.\n\
         If that is right, open this link within a day:\n\n{base_url}/confirm-email?link={link}\n\n\
         If it is not, there is nothing to do.\n"
    );
    written(to, "Confirm your e-mail address for Waxseal", base_url, &text)
}

pub(super) fn email_changed(to: &str, new: &str, base_url: &str) -> Written {
    let text = format!(
        "Your Waxseal account has a new e-mail address, {new}. From now on mails go there.\n\n\
         If it was not you, tell an owner of your workspace.\n"
    );
    written(to, "Your Waxseal account has a new e-mail address", base_url, &text)
}

pub(super) fn invitation(to: &str, workspace: &str, base_url: &str, link: &str) -> Written {
    let text = format!(
        "You are invited to the workspace “{workspace}” of Waxseal, which tells whether mail to your domains arrives sealed.\n\
         Open this link within seven days to join; it works once:\n\n{link}\n\n\
         If you do not know what this is about, there is nothing to do.\n"
    );
    written(to, "An invitation to Waxseal", base_url, &text)
}

pub(super) fn second_step(to: &str, is_on: bool, base_url: &str) -> Written {
    let change = if is_on { "now asks" } else { "no longer asks" };
    let text = format!(
        "Signing in as {to} {change} for a code of an authenticator app.\n\n\
         If it was not you, set a new password at once:\n\n{base_url}/forgot-password\n"
    );
    written(to, "Signing in to Waxseal has changed", base_url, &text)
}

pub(crate) fn test(to: &str, base_url: &str) -> Written {
    let text = "This is a test. Mails of Waxseal arrive.\n".to_owned();
    written(to, "A test message of Waxseal", base_url, &text)
}
