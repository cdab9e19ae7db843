//! What the console shows over the embedded fleet, looked at as text: what a snapshot would not say in words.

use quarterdeck::{
    app::{Event, Keys, Tick},
    ui::theme::Theme,
};
use ratatui::buffer::Buffer;

use crate::{pictures::stage::Stage, support::inside::quick};

/// The lines of a frame.
fn text(buffer: &Buffer) -> Vec<String> {
    let width = usize::from(buffer.area.width).max(1);
    let line = |cells: &[ratatui::buffer::Cell]| cells.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    buffer.content.chunks(width).map(line).collect()
}

fn frame(stage: &mut Stage, size: (u16, u16)) -> Vec<String> {
    text(&stage.draw(size, &Theme::shipped("dark").expect("a theme")))
}

fn has(lines: &[String], words: &[&str]) -> bool {
    lines.iter().any(|line| words.iter().all(|word| line.contains(word)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_have_headings_at_every_size_and_in_every_view_of_many_accounts() {
    let mut stage = Stage::open().await;
    for view in ["watch", "ecs"] {
        stage.keys(&format!(":{view}\rx")).await;
        for size in [(80, 24), (200, 50)] {
            let lines = frame(&mut stage, size);
            assert!(has(&lines, &["▾ ✖ prod", "✖ ", "row"]), "{view} at {size:?}: {lines:#?}");
            assert!(has(&lines, &["x group"]), "{view} at {size:?}: {lines:#?}");
            assert_eq!(has(&lines, &["by account, then trouble"]), size.0 > 80, "{view} at {size:?}: {lines:#?}");
        }
        stage.keys("k ").await;
        assert_eq!(stage.app.keys(), Keys::Group);
        let lines = frame(&mut stage, (80, 24));
        assert!(has(&lines, &["▸ ✖ prod"]) && has(&lines, &["space fold"]), "{lines:#?}");
        stage.keys("x").await;
        let lines = frame(&mut stage, (80, 24));
        assert!(has(&lines, &["▾ ✖ workload", "row"]), "{lines:#?}");
        stage.keys("x").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strip_and_board_count_the_same_accounts() {
    let mut stage = Stage::open().await;
    let unread = stage.app.rollup.of("").unread_accounts;
    assert!(unread > 0, "the embedded fleet has accounts that refuse");
    for size in [(80, 24), (120, 40), (200, 50)] {
        let lines = frame(&mut stage, size);
        assert!(has(&lines[..2], &[&format!("? {unread} account")]), "{size:?}: {lines:#?}");
        assert!(has(&lines[2..], &["watch", &format!("{unread} account"), " unread"]), "{size:?}: {lines:#?}");
        assert!(has(&lines[2..], &["watch", "16 of the caller's regions unread"]), "{size:?}: {lines:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_right_to_the_organisation_it_says_what_is_missing_and_who_grants_it() {
    let faults = vec!["orgdenied".parse().expect("a fault")];
    let mut stage = Stage::with(quarterdeck::sim::Options { faults, ..quick() }).await;
    for view in ["watch", "accounts"] {
        stage.keys(&format!(":{view}\r")).await;
        for size in [(80, 24), (120, 40)] {
            let lines = frame(&mut stage, size);
            assert!(has(&lines[..1], &["own account"]), "{view} at {size:?}: {lines:#?}");
            let words = lines.join(" ").replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
            for said in ["not AWS Organizations", "lacks organizations:ListRoots", "An administrator of the management"]
            {
                assert!(words.contains(said), "{said}: {view} at {size:?}: {lines:#?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_asked_has_one_glyph_and_what_is_counted_is_named() {
    let mut stage = Stage::with(quarterdeck::sim::Options { accounts: 400, ..quick() }).await;
    let lines = frame(&mut stage, (80, 24));
    assert!(has(&lines, &["regions", "16 of the caller's are not read"]), "the question before the sweep: {lines:#?}");
    stage.keys("\u{1b}").await;
    let lines = frame(&mut stage, (120, 40));
    assert!(lines[1].trim_start().starts_with("accounts  ○ core 2  ○ "), "{}", lines[1]);
    let tree: Vec<String> = lines[3..].iter().map(|line| line.chars().take(28).collect()).collect();
    assert!(has(&tree, &["○ core"]) && !tree.iter().any(|line| line.contains('?')), "{tree:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_column_had_to_cut_is_whole_below_the_rows() {
    let mut stage = Stage::open().await;
    stage.keys(":credentials\r").await;
    let lines = frame(&mut stage, (80, 24));
    let cut = lines.iter().position(|line| line.contains('▌')).expect("a cursor");
    stage.keys("G").await;
    let last = frame(&mut stage, (80, 24));
    assert!(has(&last, &["qd demo", "…"]), "{last:#?}");
    assert!(has(&last[cut + 2..], &["to see the console on an embedded fleet: no credentials, no"]), "{last:#?}");
    assert!(has(&last[cut + 2..], &["│ network  "]), "{last:#?}");
}

/// What is underlined, in runs of letters.
fn underlined(buffer: &Buffer) -> Vec<String> {
    let mut runs = vec![String::new()];
    for cell in &buffer.content {
        if cell.modifier.contains(ratatui::style::Modifier::UNDERLINED) {
            runs.last_mut().expect("a run").push_str(cell.symbol());
        } else if runs.last().is_some_and(|run| !run.is_empty()) {
            runs.push(String::new());
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_search_found_is_marked_with_and_without_colour() {
    let mut stage = Stage::open().await;
    let themes = [Theme::shipped("dark").expect("a theme"), Theme::shipped("ansi").expect("a theme"), Theme::plain()];
    stage.keys(":ecs\r").await;
    for theme in &themes {
        assert_eq!(underlined(&stage.draw((140, 40), theme)), [""; 0], "nothing was searched for");
    }
    stage.keys("/CHECK").await;
    for theme in &themes {
        let runs = underlined(&stage.draw((140, 40), theme));
        assert!(runs.len() > 1 && runs.iter().all(|run| run == "check"), "{runs:?}");
    }
    stage.keys("\x1b:prod").await;
    for theme in &themes {
        let runs = underlined(&stage.draw((140, 40), theme));
        assert!(runs.contains(&"prod".to_owned()), "{runs:?}");
    }
    stage.keys("\x1b\t/prd").await;
    for theme in &themes {
        let runs = underlined(&stage.draw((140, 40), theme));
        assert!(runs.windows(2).any(|pair| pair == ["pr", "d"]), "strewn letters of a name: {runs:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_drawn_beside_the_coverage_where_there_is_room() {
    let mut stage = Stage::open().await;
    let now = stage.app.now;
    let calls = [vec![0; 52], vec![0, 1, 50, 100, 0, 0, 20, 8]].concat();
    stage.say(Event::Tick(Tick { now, calls }));
    let lines = frame(&mut stage, (140, 40));
    assert!(has(&lines[..2], &[" read ", "▁▁▂▅█▁▁▃  34/s"]), "the second under way is left out: {lines:#?}");
    let lines = frame(&mut stage, (80, 24));
    assert!(!has(&lines[..2], &["/s"]) && has(&lines[..2], &[" read "]), "{lines:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_a_broken_filter_and_a_pane_alone_are_seen_without_colour() {
    let mut stage = Stage::open().await;
    let plain = Theme::plain();
    for size in [(80, 24), (200, 50)] {
        stage.keys(":ecs\rg jjjv").await;
        let lines = text(&stage.draw(size, &plain));
        assert!(has(&lines, &["ecs", "• 4 marked"]), "{size:?}: {lines:#?}");
        assert_eq!(
            lines.iter().filter(|l| l.contains("• ✖ ") || l.contains("• ▲ ") || l.contains("• ! ")).count(),
            4,
            "{lines:#?}"
        );
        stage.keys("/name:/a[").await;
        let lines = text(&stage.draw(size, &plain));
        assert!(has(&lines, &["✖ /a[/: unclosed character class"]), "{size:?}: {lines:#?}");
        assert!(has(&lines, &["68 rows"]), "the rows stay: {lines:#?}");
        stage.keys("\x1bf").await;
        let lines = text(&stage.draw(size, &plain));
        assert!(lines[0].starts_with('╭') && lines[usize::from(size.1) - 1].contains('╯'), "{size:?}: {lines:#?}");
        assert!(!has(&lines, &["READ-ONLY"]) && has(&lines, &["ecs", "marked"]), "{size:?}: {lines:#?}");
        stage.keys("f?").await;
        let mut seen = Vec::new();
        for _ in 0..40 {
            seen.extend(text(&stage.draw(size, &plain)));
            stage.keys("jjjjjjjjjj").await;
        }
        for (words, _) in quarterdeck::rows::filter::GRAMMAR {
            assert!(has(&seen, &[words]), "{words} is explained at {size:?}");
        }
        stage.keys("?\x1b:watch\r").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_preview_follows_the_cursor_where_there_is_room() {
    let mut stage = Stage::open().await;
    stage.draw((200, 50), &Theme::plain());
    stage.keys(":ecs\rgP").await;
    for step in ["", "j", "j"] {
        stage.keys(step).await;
        let name = stage.app.current().map(|slot| slot.row.facts().name.to_owned()).expect("a row");
        let lines = frame(&mut stage, (200, 50));
        assert!(has(&lines, &["│", "╭─ ", &format!(" {name} ")]) || has(&lines[..4], &[&name]), "{name}: {lines:#?}");
        assert!(has(&lines, &["deployments"]) && has(&lines, &["environment"]), "{lines:#?}");
    }
    let lines = frame(&mut stage, (120, 40));
    assert!(!has(&lines, &["environment  "]), "there is no room: {lines:#?}");
}
