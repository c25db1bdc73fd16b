//! A name server that stands before the zones and misbehaves when it is asked about some names.

use std::{collections::HashMap, io, net::SocketAddr, sync::Arc, time::Duration};

use hickory_resolver::proto::{
    op::{Message, Metadata, Query},
    rr::{LowerName, Name, RecordType},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UdpSocket, tcp::OwnedWriteHalf},
    sync::Mutex,
    time::sleep,
};

use super::handler::Asked;

/// A question, and how it came.
pub struct Questioned {
    /// As it came.
    pub request: Message,
    /// Whether it came over TCP.
    pub over_tcp: bool,
    /// How often just this was asked before.
    pub before: u32,
}

/// What is said to a question.
#[derive(Clone, Debug)]
pub enum Said {
    /// Nothing; a connection is left open.
    Nothing,
    /// A message; over UDP one that does not fit is cut, and says so.
    Message(Message),
    /// Bytes that need not be a message.
    Bytes(Vec<u8>),
    /// Something, after a while.
    Late(Duration, Box<Said>),
    /// Bytes one by one with a pause between, over TCP.
    Dripping(Vec<u8>, Duration),
}

impl Said {
    /// What is said in the end, once it is time.
    async fn when_due(self) -> Self {
        let mut said = self;
        while let Self::Late(pause, then) = said {
            sleep(pause).await;
            said = *then;
        }
        said
    }
}

/// What is said to questions about a name.
pub(super) type Trick = Arc<dyn Fn(&Questioned) -> Said + Send + Sync>;

/// Tricks by the name from which on downwards they are played.
pub(super) type Tricks = HashMap<LowerName, Trick>;

impl Questioned {
    /// What is asked.
    #[must_use]
    pub fn query(&self) -> &Query {
        &self.request.queries[0]
    }

    /// A response to it that holds nothing yet.
    #[must_use]
    pub fn reply(&self) -> Message {
        let mut reply = Message::response(self.request.metadata.id, self.request.metadata.op_code);
        reply.metadata = Metadata::response_from_request(&self.request.metadata);
        reply.metadata.recursion_available = true;
        reply.add_query(self.query().clone());
        reply
    }
}

/// The name server.
pub(super) struct Front {
    tricks: Tricks,
    asked: Asked,
    zones_at: SocketAddr,
}

impl Front {
    /// Serves until the test ends. What no trick is about is asked of `zones_at`, which counts it.
    pub(super) async fn serve(at: SocketAddr, zones_at: SocketAddr, tricks: &Tricks, asked: &Asked) {
        let front = Arc::new(Self { tricks: tricks.clone(), asked: Arc::clone(asked), zones_at });
        let socket = Arc::new(UdpSocket::bind(at).await.unwrap());
        let listener = TcpListener::bind(at).await.unwrap();
        let over_udp = Arc::clone(&front);
        tokio::spawn(async move {
            let mut buffer = vec![0; 65_536];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let (front, socket, bytes) = (Arc::clone(&over_udp), Arc::clone(&socket), buffer[..length].to_vec());
                tokio::spawn(async move { front.datagram(&socket, from, &bytes).await });
            }
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let front = Arc::clone(&front);
                tokio::spawn(async move { front.connection(stream).await });
            }
        });
    }

    /// What a trick says to the question; none where there is no trick.
    fn said(&self, bytes: &[u8], over_tcp: bool) -> Option<Said> {
        let request = Message::from_vec(bytes).ok()?;
        let query = request.queries.first()?;
        let (name, kind): (Name, RecordType) = (query.name().clone(), query.query_type());
        let mut at = name.clone();
        let trick = loop {
            if let Some(trick) = self.tricks.get(&LowerName::new(&at)) {
                break trick;
            }
            if at.is_root() {
                return None;
            }
            at = at.base_name();
        };
        let before = {
            let mut asked = self.asked.lock().unwrap();
            let count = asked.entry((name.into(), kind)).or_default();
            *count += 1;
            *count - 1
        };
        Some(trick(&Questioned { request, over_tcp, before }))
    }

    async fn datagram(&self, socket: &UdpSocket, from: SocketAddr, bytes: &[u8]) -> io::Result<()> {
        let Some(said) = self.said(bytes, false) else {
            let behind = UdpSocket::bind((self.zones_at.ip(), 0)).await?;
            behind.send_to(bytes, self.zones_at).await?;
            let mut answer = vec![0; 65_536];
            let length = behind.recv(&mut answer).await?;
            socket.send_to(&answer[..length], from).await?;
            return Ok(());
        };
        let answer = match said.when_due().await {
            Said::Message(message) => {
                let whole = message.to_vec().unwrap();
                let room = Message::from_vec(bytes).map_or(512, |request| request.max_payload());
                if whole.len() > room.into() { message.truncate().to_vec().unwrap() } else { whole }
            }
            Said::Bytes(bytes) => bytes,
            Said::Nothing | Said::Late(..) | Said::Dripping(..) => return Ok(()),
        };
        socket.send_to(&answer, from).await?;
        Ok(())
    }

    /// Answers each question when its answer is there, whatever was asked before it (RFC 7766 §6.2.1.1): who plays a trick
    /// keeps nobody else waiting.
    async fn connection(self: Arc<Self>, stream: TcpStream) -> io::Result<()> {
        let (mut questions, answers) = stream.into_split();
        let answers = Arc::new(Mutex::new(answers));
        loop {
            let length = questions.read_u16().await?;
            let mut bytes = vec![0; length.into()];
            questions.read_exact(&mut bytes).await?;
            let (front, answers) = (Arc::clone(&self), Arc::clone(&answers));
            tokio::spawn(async move { front.over_tcp(&bytes, &answers).await });
        }
    }

    async fn over_tcp(&self, question: &[u8], answers: &Mutex<OwnedWriteHalf>) -> io::Result<()> {
        let Some(said) = self.said(question, true) else {
            let mut behind = TcpStream::connect(self.zones_at).await?;
            behind.write_all(&framed(question)).await?;
            let mut answer = vec![0; behind.read_u16().await?.into()];
            behind.read_exact(&mut answer).await?;
            return answers.lock().await.write_all(&framed(&answer)).await;
        };
        match said.when_due().await {
            Said::Message(message) => answers.lock().await.write_all(&framed(&message.to_vec().unwrap())).await,
            Said::Bytes(bytes) => answers.lock().await.write_all(&framed(&bytes)).await,
            Said::Dripping(bytes, pause) => {
                let mut answers = answers.lock().await;
                for byte in framed(&bytes) {
                    answers.write_u8(byte).await?;
                    sleep(pause).await;
                }
                Ok(())
            }
            Said::Nothing | Said::Late(..) => Ok(()),
        }
    }
}

/// As it is sent over TCP: after its length.
fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    [&length.to_be_bytes(), bytes].concat()
}
