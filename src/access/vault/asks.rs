//! Questions for the person at the screen: one at a time for each cause, answered once, and not asked again after
//! they were left.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use secrecy::SecretString;
use tokio::sync::{mpsc, oneshot};

use super::News;
use crate::model::Ask;

/// The name of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AskId(pub u64);

/// The questions that are open.
pub struct Asks {
    news: mpsc::UnboundedSender<News>,
    interactive: bool,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    next: u64,
    /// By its cause.
    open: HashMap<Ask, Open>,
    /// The causes of questions that were left.
    left: HashSet<Ask>,
}

struct Open {
    id: AskId,
    /// As it is on the screen.
    ask: Ask,
    /// Those who need an answer, each an answer of its own: an MFA code is good once.
    waiting: VecDeque<oneshot::Sender<SecretString>>,
}

impl Asks {
    /// No questions yet.
    pub fn new(news: mpsc::UnboundedSender<News>, interactive: bool) -> Self {
        Self { news, interactive, book: Mutex::default() }
    }

    /// Whether there is a person to ask at all.
    pub fn interactive(&self) -> bool {
        self.interactive
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, news: News) {
        // Nobody listens any more when the program ends.
        let _closed = self.news.send(news).is_err();
    }

    /// Puts a question on the screen, unless the same one is there, or was left unanswered.
    pub fn put(&self, ask: &Ask) {
        self.open(ask, None);
    }

    /// Asks for an answer. `None` where there is nobody to ask, or the person has left the question; the receiver
    /// fails when it is left later.
    pub fn want(&self, ask: &Ask) -> Option<oneshot::Receiver<SecretString>> {
        let (tell, answer) = oneshot::channel();
        self.open(ask, Some(tell)).then_some(answer)
    }

    fn open(&self, ask: &Ask, waiter: Option<oneshot::Sender<SecretString>>) -> bool {
        if !self.interactive {
            return false;
        }
        let mut book = self.book();
        let cause = ask.cause();
        if book.left.contains(&cause) {
            return false;
        }
        if let Some(open) = book.open.get_mut(&cause) {
            open.waiting.extend(waiter);
            // Who has an answer refused while another one waits is told so in the question of both.
            if open.ask != *ask && *ask != cause {
                open.ask = ask.clone();
                self.tell(News::Ask(open.id, ask.clone()));
            }
            return true;
        }
        let id = book.name();
        book.open.insert(cause, Open { id, ask: ask.clone(), waiting: waiter.into_iter().collect() });
        self.tell(News::Ask(id, ask.clone()));
        true
    }

    /// Hands an answer to the first who waits for it; with others still waiting, the next question follows. `None`
    /// turns all of them away.
    pub fn answer(&self, id: AskId, answer: Option<String>) {
        let mut book = self.book();
        let Some(cause) = book.open.iter().find(|(_, open)| open.id == id).map(|(ask, _)| ask.clone()) else { return };
        let Some(mut open) = book.open.remove(&cause) else { return };
        match answer {
            None => {
                book.left.insert(cause);
            }
            Some(text) => {
                let answer = SecretString::from(text.trim().to_owned());
                // One who waited and was stopped meanwhile must not swallow the answer.
                while open.waiting.front().is_some_and(oneshot::Sender::is_closed) {
                    open.waiting.pop_front();
                }
                if let Some(first) = open.waiting.pop_front() {
                    let _stopped = first.send(answer).is_err();
                }
                if !open.waiting.is_empty() {
                    (open.id, open.ask) = (book.name(), cause.clone());
                    self.tell(News::Settled(id));
                    self.tell(News::Ask(open.id, cause.clone()));
                    book.open.insert(cause, open);
                    return;
                }
            }
        }
        self.tell(News::Settled(id));
    }

    /// Forgets which questions were left, so that they may be asked again.
    pub fn allow_again(&self) {
        self.book().left.clear();
    }

    /// Closes the open questions that `which` picks, and forgets that such were left.
    pub fn settle(&self, which: impl Fn(&Ask) -> bool) {
        let mut book = self.book();
        book.left.retain(|ask| !which(ask));
        let mut closed = Vec::new();
        book.open.retain(|ask, open| {
            let closes = which(ask);
            if closes {
                closed.push(open.id);
            }
            !closes
        });
        drop(book);
        closed.sort();
        for id in closed {
            self.tell(News::Settled(id));
        }
    }
}

impl Book {
    fn name(&mut self) -> AskId {
        self.next += 1;
        AskId(self.next)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn mfa() -> Ask {
        Ask::Mfa { serial: "arn:aws:iam::111111111111:mfa/alice".into(), refused: None }
    }

    fn again(why: &str) -> Ask {
        Ask::Mfa { serial: "arn:aws:iam::111111111111:mfa/alice".into(), refused: Some(why.into()) }
    }

    fn asks() -> (Asks, mpsc::UnboundedReceiver<News>) {
        let (news, told) = mpsc::unbounded_channel();
        (Asks::new(news, true), told)
    }

    #[tokio::test]
    async fn each_answer_is_good_for_one_and_prompts_never_pile_up() {
        let (asks, mut told) = asks();
        let (first, second) = (asks.want(&mfa()).unwrap(), asks.want(&mfa()).unwrap());
        assert_eq!(told.try_recv().unwrap(), News::Ask(AskId(1), mfa()));
        assert!(told.try_recv().is_err(), "one prompt at a time for one cause");
        asks.answer(AskId(1), Some(" 123456 ".into()));
        assert_eq!(first.await.unwrap().expose_secret(), "123456");
        assert_eq!(told.try_recv().unwrap(), News::Settled(AskId(1)));
        assert_eq!(told.try_recv().unwrap(), News::Ask(AskId(2), mfa()));
        asks.answer(AskId(1), Some("late".into()));
        asks.answer(AskId(2), Some("654321".into()));
        assert_eq!(second.await.unwrap().expose_secret(), "654321");
    }

    #[tokio::test]
    async fn what_was_left_is_not_asked_again_until_settled() {
        let (asks, mut told) = asks();
        let waiting = asks.want(&mfa()).unwrap();
        asks.answer(AskId(1), None);
        assert!(waiting.await.is_err());
        assert!(asks.want(&mfa()).is_none());
        asks.settle(|_| true);
        assert!(asks.want(&mfa()).is_some());
        let told: Vec<_> = std::iter::from_fn(|| told.try_recv().ok()).collect();
        assert_eq!(told, [News::Ask(AskId(1), mfa()), News::Settled(AskId(1)), News::Ask(AskId(2), mfa())]);
    }

    #[test]
    fn a_refusal_is_said_in_the_one_question_of_its_cause() {
        let (asks, mut told) = asks();
        let _first = asks.want(&mfa()).unwrap();
        asks.answer(AskId(1), Some("000000".into()));
        let _others = (asks.want(&mfa()).unwrap(), asks.want(&again("wrong")).unwrap());
        let news: Vec<_> = std::iter::from_fn(|| told.try_recv().ok()).collect();
        let (one, two) = (AskId(1), AskId(2));
        let expected =
            [News::Ask(one, mfa()), News::Settled(one), News::Ask(two, mfa()), News::Ask(two, again("wrong"))];
        assert_eq!(news, expected);
        asks.answer(two, None);
        assert!(asks.want(&again("late")).is_none(), "what was left was left, whatever was said of it");
    }

    #[test]
    fn without_a_person_nothing_is_asked() {
        let (news, mut told) = mpsc::unbounded_channel();
        let asks = Asks::new(news, false);
        asks.put(&mfa());
        assert!(asks.want(&mfa()).is_none());
        assert!(told.try_recv().is_err());
    }
}
