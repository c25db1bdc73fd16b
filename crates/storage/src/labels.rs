//! Sender's words that are keys of roll-ups, as ids: labels of a domain, and the reporters of a workspace.
//!
//! A sender may invent as many words as they like; at most [`NEW_A_DAY`] of a kind become new keys, the rest share one that
//! says [`OTHER`]. Ids never change, so those that are committed may be remembered.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr, Statement, Value, sea_query::OnConflict};

use crate::{
    entity::{labels, reporters},
    identity::hash,
    sql,
};

/// New words of one kind, for one domain and day.
pub(crate) const NEW_A_DAY: usize = 200;

/// What all further words of that day are filed under.
pub(crate) const OTHER: &str = "(other)";

/// How many ids are remembered before all are forgotten.
const REMEMBERED: usize = 100_000;

/// What a label is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// A result type that is not registered.
    ResultType = 0,
    /// A receiving MX host.
    MxHost = 1,
    /// A policy type that is not in the RFC.
    PolicyType = 2,
    /// Who reports. Kept with the workspace, so that it is the same for all its domains.
    Reporter = 3,
}

/// A word: its owner (a domain; for reporters a workspace), its kind and the SHA-256 of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Word {
    pub(crate) owner: i64,
    pub(crate) kind: Kind,
    pub(crate) hash: [u8; 32],
}

/// The words that a group of deliveries needs.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// With the text to show, the domain on whose account it is new, and the day.
    words: BTreeMap<Word, (String, i64, i32)>,
}

impl Wanted {
    /// Asks for the id of a word.
    pub(crate) fn label(&mut self, domain: i64, kind: Kind, text: &str, day: i32) -> Word {
        let word = Word { owner: domain, kind, hash: hash(text) };
        self.words.entry(word).or_insert_with(|| (text.to_owned(), domain, day));
        word
    }

    /// Asks for the id of a reporter.
    pub(crate) fn reporter(&mut self, workspace: i64, domain: i64, key: &str, name: &str, day: i32) -> Word {
        let word = Word { owner: workspace, kind: Kind::Reporter, hash: hash(key) };
        self.words.entry(word).or_insert_with(|| (name.to_owned(), domain, day));
        word
    }
}

/// The ids of words.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    ids: HashMap<Word, i64>,
    /// Whether the cache may keep them once they are committed; not so for words that became `(other)` for a day.
    lasting: Vec<Word>,
}

impl Ids {
    /// The id of a word that was asked for.
    pub(crate) fn of(&self, word: Word) -> i64 {
        self.ids.get(&word).copied().unwrap_or_default()
    }
}

/// Ids known to be committed.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    ids: Mutex<HashMap<Word, i64>>,
}

impl Cache {
    /// Keeps what was just committed.
    pub(crate) fn remember(&self, ids: &Ids) {
        if ids.lasting.is_empty() {
            return;
        }
        let mut known = self.ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.len() + ids.lasting.len() > REMEMBERED {
            known.clear();
        }
        known.extend(ids.lasting.iter().map(|&word| (word, ids.of(word))));
    }

    /// Finds or makes the ids of all words.
    pub(crate) async fn resolve(&self, transaction: &DatabaseTransaction, wanted: &Wanted) -> Result<Ids, DbErr> {
        let mut ids = Ids::default();
        {
            let known = self.ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            ids.ids.extend(wanted.words.keys().filter_map(|word| known.get(word).map(|&id| (*word, id))));
        }
        if ids.ids.len() == wanted.words.len() {
            return Ok(ids);
        }
        find(transaction, wanted.words.keys().copied(), &mut ids).await?;
        let unknown: Vec<_> = wanted.words.iter().filter(|(word, _)| !ids.ids.contains_key(word)).collect();
        if !unknown.is_empty() {
            make(transaction, unknown, &mut ids).await?;
        }
        Ok(ids)
    }
}

/// Looks up the words that have no id yet.
async fn find(
    transaction: &DatabaseTransaction,
    words: impl Iterator<Item = Word>,
    ids: &mut Ids,
) -> Result<(), DbErr> {
    let (reporters, labels): (Vec<_>, Vec<_>) =
        words.filter(|word| !ids.ids.contains_key(word)).partition(|word| word.kind == Kind::Reporter);
    let keys: Vec<_> = labels.iter().map(|word| [word.owner.into(), (word.kind as i16).into(), bytes(word)]).collect();
    let by_key: HashMap<_, _> = labels.iter().map(|word| ((word.owner, word.kind as i16, word.hash), *word)).collect();
    let select =
        "SELECT id, domain_id, kind, hash FROM keys CROSS JOIN labels WHERE domain_id = a AND kind = b AND hash = c";
    for row in sql::query_by_keys(transaction, select, &keys).await? {
        let hash: Vec<u8> = row.try_get("", "hash")?;
        let key = (row.try_get("", "domain_id")?, row.try_get("", "kind")?, hash.try_into().unwrap_or_default());
        if let Some(word) = by_key.get(&key) {
            ids.ids.insert(*word, row.try_get("", "id")?);
            ids.lasting.push(*word);
        }
    }
    let keys: Vec<_> = reporters.iter().map(|word| [word.owner.into(), bytes(word)]).collect();
    let select =
        "SELECT id, workspace_id, key_hash FROM keys CROSS JOIN reporters WHERE workspace_id = a AND key_hash = b";
    for row in sql::query_by_keys(transaction, select, &keys).await? {
        let hash: Vec<u8> = row.try_get("", "key_hash")?;
        let hash = hash.try_into().unwrap_or_default();
        let word = Word { owner: row.try_get("", "workspace_id")?, kind: Kind::Reporter, hash };
        ids.ids.insert(word, row.try_get("", "id")?);
        ids.lasting.push(word);
    }
    Ok(())
}

/// Makes new words, as many as the day allows; the rest become `(other)`.
async fn make(
    transaction: &DatabaseTransaction,
    unknown: Vec<(&Word, &(String, i64, i32))>,
    ids: &mut Ids,
) -> Result<(), DbErr> {
    let mut accounts = BTreeMap::<(i64, Kind, i64, i32), Vec<(Word, &str)>>::new();
    for (word, (text, domain, day)) in unknown {
        accounts.entry((word.owner, word.kind, *domain, *day)).or_default().push((*word, text));
    }
    let mut new = Vec::new();
    let mut overflow = Vec::new();
    for (account, mut words) in accounts {
        let room = NEW_A_DAY.saturating_sub(made_that_day(transaction, account).await?);
        if words.len() > room {
            let other = Word { owner: account.0, kind: account.1, hash: hash(OTHER) };
            overflow.extend(words.drain(room..).map(|(word, _)| (word, other)));
            new.push((other, OTHER, account.2, account.3));
        }
        new.extend(words.into_iter().map(|(word, text)| (word, text, account.2, account.3)));
    }
    // `(other)` may be there from another day.
    let others: Vec<_> = overflow.iter().map(|&(_, other)| other).collect();
    find(transaction, others.into_iter(), ids).await?;
    new.retain(|(word, ..)| !ids.ids.contains_key(word));
    new.sort_unstable();
    new.dedup_by_key(|(word, ..)| *word);

    let mut next = sql::take_ids(transaction, new.len()).await?;
    let (mut new_labels, mut new_reporters) = (Vec::new(), Vec::new());
    for &(word, text, domain_id, created_day) in &new {
        let id = next.next().unwrap_or_default();
        let text = text.to_owned();
        if word.kind == Kind::Reporter {
            let (workspace_id, key_hash) = (word.owner, word.hash.to_vec());
            new_reporters.push(reporters::Model { id, workspace_id, domain_id, created_day, key_hash, name: text });
        } else {
            let (kind, hash) = (word.kind as i16, word.hash.to_vec());
            new_labels.push(labels::Model { id, domain_id, kind, created_day, hash, text });
        }
    }
    // Another replica may make the same word at the same time: the first stays, and both find it.
    let first_stays = || Some(OnConflict::new().do_nothing().to_owned());
    sql::insert_with(transaction, new_labels, first_stays()).await?;
    sql::insert_with(transaction, new_reporters, first_stays()).await?;
    find(transaction, new.iter().map(|(word, ..)| *word), ids).await?;
    for (word, other) in overflow {
        let id = ids.of(other);
        ids.ids.insert(word, id);
    }
    Ok(())
}

/// How many words of a kind became new on one account that day.
async fn made_that_day(
    transaction: &DatabaseTransaction,
    (owner, kind, domain, day): (i64, Kind, i64, i32),
) -> Result<usize, DbErr> {
    let (select, values): (_, Vec<Value>) = if kind == Kind::Reporter {
        (
            "SELECT count(*) AS made FROM reporters WHERE workspace_id = $1 AND domain_id = $2 AND created_day = $3",
            vec![owner.into(), domain.into(), day.into()],
        )
    } else {
        (
            "SELECT count(*) AS made FROM labels WHERE domain_id = $1 AND kind = $2 AND created_day = $3",
            vec![owner.into(), (kind as i16).into(), day.into()],
        )
    };
    let statement = Statement::from_sql_and_values(transaction.get_database_backend(), select, values);
    let made: i64 = match transaction.query_one_raw(statement).await? {
        Some(row) => row.try_get("", "made")?,
        None => 0,
    };
    Ok(usize::try_from(made).unwrap_or(usize::MAX))
}

fn bytes(word: &Word) -> Value {
    word.hash.to_vec().into()
}
