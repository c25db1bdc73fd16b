//! Edit domains: choose many by name, tag or customer, and change them in one go.

use engine::edits::{EditAct, EditFilter, EditPage, EditRefused, EditScope};
use leptos::prelude::*;
use leptos_meta::Title;
use model::{DomainName, Role, format};
use server_fn::ServerFn as _;

use super::{page_number, query};
use crate::{
    components::{Pager, link, said, when_ready},
    context, http,
    problem::Problem,
};

/// Where the page is.
const PATH: &str = "/domains/edit";

/// Edits the domains that were ticked, or all that are listed.
#[server(prefix = "/do", endpoint = "edit_domains")]
pub async fn edit_domains(
    /// `listed` for all that the filter lists, else those that were ticked.
    #[server(default)]
    which: String,
    /// The domains that were ticked.
    #[server(default)]
    names: Vec<String>,
    /// What to do, a word of [`EditAct`].
    #[server(default)]
    act: String,
    /// Tags, or the customer.
    #[server(default)]
    typed: String,
    /// What was searched for.
    #[server(default)]
    q: String,
    /// `archived` where the list is the archive.
    #[server(default)]
    show: String,
) -> Result<(), ServerFnError> {
    let back = |told: &[(&str, &str)]| link(PATH, &[&[("q", q.as_str()), ("show", show.as_str())], told].concat());
    let Some(visitor) = context::admitted(context::member(Role::Editor), &back(&[])) else { return Ok(()) };
    let Some(act) = EditAct::from_word(&act) else {
        http::see_other(&back(&[("error", "act")]));
        return Ok(());
    };
    let scope = if which == "listed" {
        EditScope::Listed(filter(&q, &show))
    } else {
        EditScope::These(names.iter().filter_map(|name| DomainName::parse_lenient(name)).collect())
    };
    let to = match context::engine().edit_domains(visitor.workspace, scope, act, &typed, context::now()).await {
        Ok(Ok(changed)) => back(&[("done", act.word()), ("changed", &changed.to_string())]),
        Ok(Err(refused)) => {
            let error = match refused {
                EditRefused::NoDomain => "none",
                EditRefused::NoTag => "tag",
                EditRefused::Particulars(_) => "typed",
            };
            back(&[("error", error), ("act", act.word()), ("typed", &typed)])
        }
        Err(error) => {
            tracing::error!(%error, "domains cannot be edited");
            back(&[("error", "unavailable"), ("act", act.word()), ("typed", &typed)])
        }
    };
    http::see_other(&to);
    Ok(())
}

fn filter(search: &str, show: &str) -> EditFilter {
    EditFilter { search: search.trim().to_owned(), archived: show == "archived" }
}

/// What the URL says besides the filter.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What was done, a word of [`EditAct`].
    pub done: String,
    /// To how many.
    pub changed: u64,
    /// Why nothing was done, as a word.
    pub error: String,
    /// What was to be done.
    pub act: String,
    /// What was typed.
    pub typed: String,
}

/// The page.
#[component]
pub fn EditDomainsPage() -> impl IntoView {
    let query = query();
    let text = |key| query.get(key).unwrap_or_default();
    let filter = filter(&text("q"), &text("show"));
    let told = Told {
        done: text("done"),
        changed: text("changed").parse().unwrap_or_default(),
        error: text("error"),
        act: text("act"),
        typed: text("typed"),
    };
    let number = page_number(&query);
    let (visitor, engine) = (context::member(Role::Editor), context::engine());
    when_ready(async move {
        let page = engine.editable(visitor?.workspace, &filter, number).await.map_err(Problem::from)?;
        Ok(view! { <EditDomainsView page filter told/> }.into_any())
    })
}

/// The page, drawn.
#[component]
pub fn EditDomainsView(
    /// The domains.
    page: EditPage,
    /// Which these are.
    filter: EditFilter,
    /// What came of the last wish.
    told: Told,
) -> impl IntoView {
    let EditPage { matching, page: number, rows } = page;
    let show = if filter.archived { "archived" } else { "" };
    let search = filter.search.clone();
    let to = {
        let search = search.clone();
        move |page: u32| link(PATH, &[("q", &search), ("show", show), ("page", &page.to_string())])
    };
    let searched = (!search.is_empty()).then(|| link(PATH, &[("show", show)]));
    view! {
        <Title text="Edit domains"/>
        <p class="crumbs"><a href="/">"Overview"</a>" / Edit domains"</p>
        <div class="title">
            <h1>"Edit domains"</h1>
            <p class="lede">{sentence(matching, &filter)}</p>
            <nav class="tabs" aria-label="Which domains">
                <a href=link(PATH, &[("q", &search)]) aria-current=(!filter.archived).then_some("page")>"Watched"</a>
                <a
                    href=link(PATH, &[("q", &search), ("show", "archived")])
                    aria-current=filter.archived.then_some("page")
                >
                    "Archive"
                </a>
            </nav>
        </div>
        <Outcome told=told.clone()/>
        <form class="filters" method="get" action=PATH role="search">
            <input type="hidden" name="show" value=show/>
            <label>
                <span>"Find"</span>
                <input type="search" name="q" value=search.clone() placeholder="part of a name, tag or customer"/>
            </label>
            <button class="plain">"Show"</button>
        </form>
        {if matching == 0 {
            view! {
                <p class="panel none">
                    "No domain is like this. "
                    {searched.map(|all| view! { <a href=all>"Show all"</a> })}
                </p>
            }
                .into_any()
        } else {
            view! {
                <form method="post" action=EditDomains::url()>
                    <input type="hidden" name="q" value=search/>
                    <input type="hidden" name="show" value=show/>
                    <Choices rows/>
                    <Pager matching page=number to/>
                    <Acts matching archived=filter.archived told/>
                </form>
            }
                .into_any()
        }}
    }
    .into_any()
}

/// What the list is.
fn sentence(matching: u64, filter: &EditFilter) -> String {
    let domains = format::counted(matching, "domain");
    let kind = if filter.archived { " in the archive" } else { "" };
    if filter.search.is_empty() {
        format!("{domains}{kind}.")
    } else {
        format!("{domains}{kind} with “{}” in name, tags or customer.", said(&filter.search))
    }
}

/// What came of the last wish.
#[component]
fn Outcome(
    /// Of which.
    told: Told,
) -> impl IntoView {
    if let Some(text) = explain(&told.error, &told.typed) {
        return view! { <p class="alert" role="alert">{text}</p> }.into_any();
    }
    let Some(act) = EditAct::from_word(&told.done) else { return ().into_any() };
    view! { <p class="caution" role="status">{done(act, told.changed)}</p> }.into_any()
}

/// What was done, in a sentence.
fn done(act: EditAct, changed: u64) -> String {
    if changed == 0 {
        return match act {
            EditAct::Check => {
                "None of them can be looked at now: they are being looked at already, or archived.".to_owned()
            }
            EditAct::AddTags => "Nothing was changed: they have these tags, or twenty others.".to_owned(),
            _ => "Nothing was changed: all of them were like that already.".to_owned(),
        };
    }
    let domains = format::counted(changed, "domain");
    let (is, has) = if changed == 1 { ("is", "has") } else { ("are", "have") };
    match act {
        EditAct::AddTags => format!("{domains} got the tags."),
        EditAct::RemoveTags => format!("{domains} lost the tags."),
        EditAct::Customer => format!("{domains} {has} this customer now."),
        EditAct::NoMail => format!("Nothing is expected of {domains} any more, since no mail is received there."),
        EditAct::Mail => format!("Records and reports are expected of {domains} from now on."),
        EditAct::Archive => {
            format!("{domains} {is} in the archive. What arrives there goes on being kept and counted.")
        }
        EditAct::Unarchive => format!("{domains} {is} back on Overview, and looked at again."),
        EditAct::Check => format!("{domains} {is} being looked at."),
    }
}

/// What went wrong, for the words that a URL may carry.
fn explain(error: &str, typed: &str) -> Option<String> {
    Some(match error {
        "" => return None,
        "none" => "No domain was ticked, so nothing was changed.".to_owned(),
        "act" => "Nothing was chosen to be done.".to_owned(),
        "tag" => "No tag was typed, so nothing was changed. Tags are words, apart by commas.".to_owned(),
        "typed" => format!(
            "Nothing was changed: “{}” is too long, or has characters that cannot be seen. A tag or a customer has at most 60 \
             characters, a domain at most 20 tags.",
            said(typed)
        ),
        _ => "The database did not answer, so nothing was changed. Try again in a moment; the cause is in the server’s log."
            .to_owned(),
    })
}

/// Domains with a box to tick each.
#[component]
fn Choices(
    /// Which.
    rows: Vec<engine::edits::EditRow>,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let (name, shown) = (row.name.to_string(), row.name.to_unicode().into_owned());
            let id = format!("tick-{name}");
            view! {
                <tr>
                    <td class="tick"><input type="checkbox" id=id.clone() name="names[]" value=name.clone()/></td>
                    <th scope="row"><label for=id>{shown}</label></th>
                    <td>{row.tags.join(", ")}</td>
                    <td>{row.customer}</td>
                    <td>{row.no_mail.then_some("receives no mail")}</td>
                    <td><a href=format!("/domains/{name}/settings")>"Settings"</a></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list choices">
            <thead>
                <tr>
                    <th scope="col"><span class="unseen">"Chosen"</span></th>
                    <th scope="col">"Domain"</th>
                    <th scope="col">"Tags"</th>
                    <th scope="col">"Customer"</th>
                    <th scope="col"><span class="unseen">"Mail"</span></th>
                    <th scope="col"><span class="unseen">"More"</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// What can be done, and to which.
#[component]
fn Acts(
    /// How many domains the list has.
    matching: u64,
    /// Whether the list is the archive.
    archived: bool,
    /// What was asked for the last time, where it went wrong.
    told: Told,
) -> impl IntoView {
    let offered = EditAct::ALL
        .into_iter()
        .filter(|act| match act {
            EditAct::Archive | EditAct::Check => !archived,
            EditAct::Unarchive => archived,
            _ => true,
        })
        .map(|act| view! { <option value=act.word() selected=told.act == act.word()>{label(act)}</option> })
        .collect_view();
    let all = format!("all {}, on every page", format::counted(matching, "domain"));
    view! {
        <fieldset class="panel fields">
            <legend>"What to do"</legend>
            <label>
                <span>"With"</span>
                <select name="which"><option value="ticked">"those ticked"</option><option value="listed">{all}</option></select>
            </label>
            <label><span>"Do this"</span><select name="act">{offered}</select></label>
            <label>
                <span>"Tags or customer"</span>
                <input name="typed" value=told.typed maxlength="1300" spellcheck="false" autocapitalize="off"/>
                <small>"Only where these are changed. Tags apart by commas; no customer removes the one that is noted."</small>
            </label>
            <button class="button">"Do it"</button>
        </fieldset>
        <p class="hint">
            "A domain in the archive keeps its address and all that was counted; what arrives goes on being counted. It is not \
             looked at, and not on Overview. Removing a domain for good is a matter of its own settings."
        </p>
    }
    .into_any()
}

const fn label(act: EditAct) -> &'static str {
    match act {
        EditAct::AddTags => "add tags",
        EditAct::RemoveTags => "remove tags",
        EditAct::Customer => "set the customer",
        EditAct::NoMail => "they receive no mail",
        EditAct::Mail => "they receive mail",
        EditAct::Archive => "put into the archive",
        EditAct::Unarchive => "take out of the archive",
        EditAct::Check => "look at them now",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_says_what_came_of_it() {
        for act in EditAct::ALL {
            let (none, one, many) = (done(act, 0), done(act, 1), done(act, 1_200));
            assert!(none != one && one.contains("1 domain") && many.contains("1,200 domains"), "{one} {many}");
        }
    }

    #[test]
    fn the_list_says_what_it_is() {
        let filter = |search: &str, archived| EditFilter { search: search.to_owned(), archived };
        assert_eq!(sentence(12, &filter("", false)), "12 domains.");
        assert_eq!(
            sentence(1, &filter("acme", true)),
            "1 domain in the archive with “acme” in name, tags or customer."
        );
    }
}
