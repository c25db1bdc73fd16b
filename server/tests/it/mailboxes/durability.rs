//! `kill -9` at any moment of reading a mailbox: nothing is lost, nothing is counted twice.

use std::{collections::BTreeSet, thread, time::Duration};

use super::{DOMAIN, HERE, settings};
use crate::support::{
    Dovecot, Program, audit, count_unsigned_mail, counted, lost, mail, may_run_dovecot, wait_until, watching,
};

const MAILS: usize = 400;

#[test]
fn a_mailbox_is_taken_in_whole_and_once_however_often_the_program_is_killed() {
    if !may_run_dovecot() {
        return;
    }
    let dovecot = Dovecot::start(HERE, "localhost");
    dovecot.make_folder("Done");
    let ids: BTreeSet<String> = (0..MAILS).map(|number| number.to_string()).collect();
    for id in &ids {
        dovecot.deliver(id, &mail(DOMAIN, id), Duration::from_hours(1));
    }
    let (folder, path) = watching(DOMAIN);
    count_unsigned_mail(folder.path());
    let url = dovecot.url("localhost", "?after=move&archive=Done");
    let settings = [&settings(&dovecot, &url)[..], &[("receiving.domain_per_day", "1000000")]].concat();
    let mut kills = 0;
    for kill in 0..25_u64 {
        let program = Program::serve(folder.path(), &settings);
        // What was killed before holds its lease for a second.
        thread::sleep(Duration::from_millis(900 + kill * 137 % 700));
        program.kill();
        kills += 1;
        if dovecot.mails("").is_empty() {
            break;
        }
    }
    let moved = dovecot.mails("Done").len();
    let last = Program::serve(folder.path(), &settings);
    wait_until("the mailbox is empty", || dovecot.mails("").is_empty());
    let missing = lost(last.address, &path, DOMAIN, &ids);
    let counted = counted(folder.path());
    println!("{kills} kills, {moved} of {MAILS} moved by then, {counted} counted, {} lost", missing.len());
    assert!(kills > 2, "the storm was a breeze");
    assert_eq!((missing.len(), counted, dovecot.mails("Done").len()), (0, MAILS, MAILS));
    last.kill();
    assert_eq!(audit(folder.path()), [""; 0], "the sums say what the reports say");
}
