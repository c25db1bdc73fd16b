//! Help on the API: what programs may ask for, drawn from its description.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{components::Code, context};

/// The description of the API, as the server makes it from its handlers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ApiDescription {
    /// Operations, grouped by what they are about.
    pub groups: Arc<[Group]>,
    /// What operations take and give.
    pub things: Arc<[Thing]>,
    /// What can go wrong.
    pub troubles: Arc<[Trouble]>,
}

/// Operations about one kind of thing.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they are about.
    pub name: String,
    /// The operations.
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Where it stands on the page.
    pub anchor: String,
    /// `GET`
    pub method: String,
    /// `/api/v1/domains/{name}`
    pub path: String,
    /// What it does, in a few words.
    pub summary: String,
    /// More about it; may be empty.
    pub meaning: String,
    /// What stands in the path and the query.
    pub parameters: Vec<Field>,
    /// What the body is.
    pub body: Option<String>,
    /// What it answers when all goes well.
    pub answers: Vec<Answer>,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its HTTP status.
    pub status: String,
    /// What it says.
    pub meaning: String,
    /// What it carries.
    pub thing: Option<String>,
}

/// One value that is taken or given.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type, in few words.
    pub kind: String,
    /// Whether it is always there.
    pub required: bool,
    /// What it means.
    pub meaning: String,
}

/// One kind of value that has a name.
#[derive(Clone, Debug)]
pub struct Thing {
    /// Its name.
    pub name: String,
    /// What it is.
    pub meaning: String,
    /// Its type, in few words.
    pub kind: String,
    /// Its parts, if it has any.
    pub fields: Vec<Field>,
    /// All its values, if they are few.
    pub words: Vec<String>,
}

/// Something that can go wrong.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    /// Where it stands on the page, and what stands for it in answers.
    pub anchor: &'static str,
    /// Its HTTP status.
    pub status: u16,
    /// In a few words.
    pub title: &'static str,
    /// What it means and what to do.
    pub meaning: &'static str,
}

/// The page.
#[component]
pub fn ApiHelpPage() -> impl IntoView {
    let description: ApiDescription = expect_context();
    let base = context::engine().base_url().to_owned();
    view! { <ApiHelpView description base/> }
}

/// The page, drawn.
#[component]
pub fn ApiHelpView(
    /// What there is.
    description: ApiDescription,
    /// How this installation is reached.
    base: String,
) -> impl IntoView {
    let ApiDescription { groups, things, troubles } = description;
    let index = groups
        .iter()
        .flat_map(|group| &group.operations)
        .map(|one| view! { <li><a href=format!("#{}", one.anchor)>{one.summary.clone()}</a></li> })
        .collect_view();
    let groups = groups.iter().map(|group| view! { <GroupHelp group=group.clone()/> }).collect_view();
    let things = things.iter().map(|thing| view! { <ThingHelp thing=thing.clone()/> }).collect_view();
    let troubles = troubles.iter().map(|one| view! { <TroubleHelp one=*one/> }).collect_view();
    view! {
        <Title text="API"/>
        <p class="crumbs"><a href="/help">"Help"</a>" / API"</p>
        <div class="title">
            <h1>"API"</h1>
            <p class="lede">
                "Everything that the pages show, for programs. The same for machines: "
                <a href="/api/v1/openapi.json">"OpenAPI 3.1"</a> "."
            </p>
        </div>
        <section class="panel" aria-labelledby="begin">
            <h2 id="begin">"Begin"</h2>
            <p>
                "Make a token under " <a href="/settings/tokens">"API tokens"</a>
                " and send it with each request. A token belongs to one workspace, and what is of another does not exist for it."
            </p>
            <div class="command">
                <Code what="the command" text=format!("curl -H \"Authorization: Bearer $WAXSEAL_TOKEN\" {base}/api/v1/domains")/>
            </div>
            <p>
                "Lists come in pages: " <code>"next"</code> " is the cursor of the next one, and so is the header "
                <code>"Link"</code> ". Answers carry an " <code>"ETag"</code> "; with " <code>"If-None-Match"</code>
                " an unchanged one comes without its body. The headers " <code>"RateLimit-Remaining"</code> " and "
                <code>"Retry-After"</code> " tell how often you may ask. What is unknown in a query or a body is refused, never ignored; "
                "answers may get new fields at any time."
            </p>
        </section>
        <nav class="contents" aria-label="On this page">
            <h2>"Operations"</h2>
            <ul>{index}</ul>
            <p><a href="#things">"What they give"</a>" · "<a href="#errors">"Errors"</a></p>
        </nav>
        {groups}
        <section aria-labelledby="things">
            <h2 id="things" class="part">"What they give"</h2>
            {things}
        </section>
        <section aria-labelledby="errors">
            <h2 id="errors" class="part">"Errors"</h2>
            <p>"Each is " <code>"application/problem+json"</code> " (RFC 9457); its " <code>"type"</code> " leads here."</p>
            <dl class="glossary">{troubles}</dl>
        </section>
    }
    .into_any()
}

/// A text whose words between backticks are code.
fn coded(text: &str) -> Vec<AnyView> {
    let parts = text.split('`').map(str::to_owned).enumerate();
    parts.map(|(i, part)| if i % 2 == 0 { part.into_any() } else { view! { <code>{part}</code> }.into_any() }).collect()
}

/// The operations of one group.
#[component]
fn GroupHelp(
    /// Which.
    group: Group,
) -> impl IntoView {
    let id = group.name.to_lowercase();
    let heading = id.clone();
    let operations = group.operations.into_iter().map(|one| view! { <OperationHelp one/> }).collect_view();
    view! {
        <section aria-labelledby=id>
            <h2 id=heading class="part">{group.name}</h2>
            {operations}
        </section>
    }
    .into_any()
}

/// One operation.
#[component]
fn OperationHelp(
    /// Which.
    one: Operation,
) -> impl IntoView {
    let answers = one
        .answers
        .into_iter()
        .map(|answer| {
            view! {
                <div>
                    <dt><code>{answer.status}</code></dt>
                    <dd>{answer.meaning}{answer.thing.map(|thing| view! { ": "<code>{thing}</code> })}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <article class="help" id=one.anchor.clone()>
            <h3><a href=format!("#{}", one.anchor)>{one.summary}</a></h3>
            <p><code>{one.method}" "{one.path}</code></p>
            {(!one.meaning.is_empty()).then(|| view! { <p>{coded(&one.meaning)}</p> })}
            {(!one.parameters.is_empty()).then(|| view! { <h4>"Parameters"</h4><Fields fields=one.parameters/> })}
            {one.body.map(|body| view! { <h4>"Body"</h4><p><code>{body}</code>" as JSON"</p> })}
            <h4>"Answers"</h4>
            <dl class="facts">{answers}</dl>
        </article>
    }
    .into_any()
}

/// Values with their types and meanings.
#[component]
fn Fields(
    /// Which.
    fields: Vec<Field>,
) -> impl IntoView {
    let fields = fields
        .into_iter()
        .map(|field| {
            view! {
                <div>
                    <dt><code>{field.name}</code></dt>
                    <dd>{coded(&field.meaning)}<small>" "{field.kind}{(!field.required).then_some(", may be absent")}</small></dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="facts">{fields}</dl> }.into_any()
}

/// One kind of value.
#[component]
fn ThingHelp(
    /// Which.
    thing: Thing,
) -> impl IntoView {
    let words = (!thing.words.is_empty()).then(|| {
        let words = thing.words.into_iter().map(|word| view! { <li><code>{word}</code></li> }).collect_view();
        view! { <ul>{words}</ul> }
    });
    let id = format!("thing-{}", thing.name);
    view! {
        <article class="help" id=id.clone()>
            <h3><a href=format!("#{id}")><code>{thing.name}</code></a></h3>
            <p>{coded(&thing.meaning)}<small>" "{thing.kind}</small></p>
            {words}
            {(!thing.fields.is_empty()).then(|| view! { <Fields fields=thing.fields/> })}
        </article>
    }
    .into_any()
}

/// Something that can go wrong.
#[component]
fn TroubleHelp(
    /// Which.
    one: Trouble,
) -> impl IntoView {
    view! {
        <div id=one.anchor>
            <dt>{one.title}" "<code>{one.status}</code></dt>
            <dd>{coded(one.meaning)}<small>{one.anchor}</small></dd>
        </div>
    }
    .into_any()
}
