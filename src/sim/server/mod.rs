//! The HTTP server on loopback, on a thread and runtime of its own, so that stopping it leaves nothing behind.

mod failures;
mod handle;
mod line;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::oneshot;

use super::fleet::Fleet;
use line::{Listener, Peer};

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves a fleet and says where.
    pub async fn start(fleet: Arc<Fleet>, port: u16) -> io::Result<(Self, SocketAddr)> {
        let (stop, stopped) = oneshot::channel();
        let (bound, address) = oneshot::channel();
        let thread = thread::Builder::new().name("sim".to_owned()).spawn(move || {
            let built = runtime::Builder::new_current_thread().enable_all().build();
            let runtime = match built {
                Ok(runtime) => runtime,
                Err(error) => {
                    bound.send(Err(error)).ok();
                    return;
                }
            };
            runtime.block_on(serve(fleet, port, bound, stopped));
            // Dropping the runtime ends every connection, the hanging ones too.
        })?;
        let server = Self { stop: Some(stop), thread: Some(thread) };
        let address = address.await.map_err(|_| io::Error::other("the server thread ended"))??;
        Ok((server, address))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

async fn serve(
    fleet: Arc<Fleet>,
    port: u16,
    bound: oneshot::Sender<io::Result<SocketAddr>>,
    stopped: oneshot::Receiver<()>,
) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
    let listener = match listener {
        Ok((address, listener)) => {
            bound.send(Ok(address)).ok();
            listener
        }
        Err(error) => {
            bound.send(Err(error)).ok();
            return;
        }
    };
    let router = Router::new().fallback(handle::handle).with_state(fleet);
    let service = router.into_make_service_with_connect_info::<Peer>();
    tokio::select! {
        _ = axum::serve(Listener(listener), service) => {}
        _ = stopped => {}
    }
}
