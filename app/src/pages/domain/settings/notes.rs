//! What an owner notes about a domain: tags, customer, notes, further recipients of its reports, whether it takes mail at all.

use engine::domain_settings::{DomainNotes, NotesRefused, TypedNotes};
use leptos::prelude::*;
use model::DomainName;
use serde::Deserialize;
use server_fn::ServerFn as _;

use crate::{
    components::{TextBox, link, said},
    context, http,
    pages::domain::edited,
};

/// Characters of notes that are carried back in a URL when something else in the form is wrong.
const CARRIED: usize = 1_500;

/// What was typed and was not noted, as the URL carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// `notes` when the form was sent back.
    pub again: String,
    /// See [`TypedNotes`].
    pub tags: String,
    /// See [`TypedNotes`].
    pub customer: String,
    /// See [`TypedNotes`].
    pub notes: String,
    /// See [`TypedNotes`].
    pub recipients: String,
    /// `on` when it takes no mail.
    pub no_mail: String,
}

/// Notes what was typed, or leads back to the form with it.
#[server(prefix = "/do", endpoint = "note_domain")]
pub async fn note_domain(
    /// The domain.
    #[server(default)]
    domain: String,
    /// Words, apart by commas or blanks.
    #[server(default)]
    tags: String,
    /// Whose it is.
    #[server(default)]
    customer: String,
    /// Anything else.
    #[server(default)]
    notes: String,
    /// Mail addresses and URLs.
    #[server(default)]
    recipients: String,
    /// `on` when it takes no mail.
    #[server(default)]
    no_mail: String,
) -> Result<(), ServerFnError> {
    let Some((visitor, name, page)) = edited(&domain, "settings") else { return Ok(()) };
    let typed = TypedNotes {
        tags: &tags,
        customer: &customer,
        notes: &notes,
        recipients: &recipients,
        no_mail: no_mail == "on",
    };
    let to = match context::engine().note_domain(visitor.workspace, &name, typed).await {
        Ok(Ok(())) => format!("{page}#notes"),
        Ok(Err(_)) => {
            let carried: String = notes.chars().take(CARRIED).collect();
            let query: [(&str, &str); 6] = [
                ("again", "notes"),
                ("tags", &tags),
                ("customer", &customer),
                ("notes", &carried),
                ("recipients", &recipients),
                ("no_mail", &no_mail),
            ];
            link(&page, &query)
        }
        Err(error) => {
            tracing::error!(%error, "nothing can be noted about a domain");
            format!("{page}?error=unavailable")
        }
    };
    http::see_other(&to);
    Ok(())
}

/// The form.
#[component]
pub fn Notes(
    /// Which domain.
    name: DomainName,
    /// What is noted.
    notes: DomainNotes,
    /// What was typed and is not noted.
    typed: Typed,
    /// Whether the visitor may change it.
    may: bool,
) -> impl IntoView {
    let back = typed.again == "notes";
    let refused = back
        .then(|| {
            let Typed { tags, customer, notes, recipients, no_mail, .. } = &typed;
            TypedNotes { tags, customer, notes, recipients, no_mail: no_mail == "on" }.read(&name).err()
        })
        .flatten();
    let shown = if back {
        typed
    } else {
        Typed {
            again: String::new(),
            tags: notes.particulars.tags.join(", "),
            customer: notes.particulars.customer,
            notes: notes.particulars.notes,
            recipients: notes.recipients.join("\n"),
            no_mail: if notes.no_mail { "on".to_owned() } else { String::new() },
        }
    };
    let (no_mail, fixed) = (shown.no_mail == "on", !may);
    view! {
        <section class="panel" id="notes" aria-labelledby="notes-title">
            <h2 id="notes-title">"Notes"</h2>
            {refused.map(|refused| view! { <p class="alert" role="alert">{why(&refused)}</p> })}
            <form class="fields" method="post" action=NoteDomain::url()>
                <input type="hidden" name="domain" value=name.to_string()/>
                <label>
                    <span>"Tags"</span>
                    <input name="tags" value=shown.tags maxlength="1300" spellcheck="false" autocapitalize="off" readonly=fixed/>
                    <small>"Words to find it by, apart by commas. The search on Overview finds them, and the customer."</small>
                </label>
                <label>
                    <span>"Customer"</span>
                    <input name="customer" value=shown.customer maxlength="60" readonly=fixed/>
                </label>
                <label class="wide">
                    <span>"Notes"</span>
                    <TextBox name="notes" value=shown.notes rows=4 most=2_000/>
                </label>
                <label class="wide">
                    <span>"Also send reports to"</span>
                    <TextBox name="recipients" value=shown.recipients rows=3 most=2_000/>
                    <small>
                        "Mail addresses or https URLs, at most ten, each on a line. They become part of the record to publish: senders \
                         deliver there as well as here."
                    </small>
                </label>
                <label class="tick">
                    <input type="checkbox" name="no_mail" value="on" checked=no_mail disabled=fixed/>
                    <span>"Receives no mail: expect no record and no reports"</span>
                </label>
                {may.then(|| view! { <button class="button">"Save"</button> })}
            </form>
        </section>
    }
    .into_any()
}

/// Why nothing was noted.
fn why(refused: &NotesRefused) -> String {
    match refused {
        NotesRefused::NoDomain => "The domain is no longer watched, so nothing was saved.".to_owned(),
        NotesRefused::Particulars(why) => format!("Nothing was saved: {}.", said(why)),
        NotesRefused::Recipient(which, why) => {
            format!("Nothing was saved: “{}” cannot receive reports. {}", said(which), said(why))
        }
        NotesRefused::TooManyRecipients(most) => {
            format!("Nothing was saved: a domain can have {most} further recipients.")
        }
    }
}
