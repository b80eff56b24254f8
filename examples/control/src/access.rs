//! Who may ask: programs of this machine, or whoever knows the token.

use std::net::SocketAddr;

/// Shortest token that is taken.
const SHORTEST: usize = 8;

/// The rule.
#[derive(Debug, Clone)]
pub enum Access {
    /// Whoever addresses this machine by a name of its own. Other names are those of web sites that make a browser ask.
    Local,
    /// Whoever sends this token.
    Token(String),
}

impl Access {
    /// The rule for a server that listens there.
    ///
    /// # Errors
    /// If others can reach it and there is no token, or the token is short.
    pub fn new(listen: SocketAddr, token: Option<String>) -> Result<Self, String> {
        match token {
            Some(token) if token.len() < SHORTEST => {
                Err(format!("--token has less than {SHORTEST} characters"))
            }
            Some(token) => Ok(Self::Token(token)),
            None if listen.ip().is_loopback() => Ok(Self::Local),
            None => Err(format!(
                "{listen} can be reached from other machines: choose a --token"
            )),
        }
    }

    /// Whether a request with these headers may be answered.
    pub fn allows(&self, host: &str, authorization: &str) -> bool {
        match self {
            Self::Local => {
                let name = host.rsplit_once(':').map_or(host, |(name, port)| {
                    let is_port = port.bytes().all(|b| b.is_ascii_digit());
                    if is_port { name } else { host }
                });
                matches!(name, "127.0.0.1" | "localhost" | "[::1]")
            }
            Self::Token(token) => authorization
                .strip_prefix("Bearer ")
                .is_some_and(|given| is_same(given.as_bytes(), token.as_bytes())),
        }
    }
}

/// Compares in a time that does not tell how much is right.
fn is_same(given: &[u8], wanted: &[u8]) -> bool {
    let pairs = given.iter().zip(wanted);
    given.len() == wanted.len() && pairs.fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
