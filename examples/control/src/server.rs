//! HTTP in front of the answers.

use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;

use tiny_http::{Header, Response, Server};

use crate::answers::{Answer, Desk, Request};

/// Requests at the same time: two pictures that wait for frames, and all else beside them.
const THREADS: usize = 4;
/// Longest body: a property's value.
const LONGEST_BODY: u64 = 1 << 16;
/// Besides the type: nothing is kept, and the page loads nothing from elsewhere.
const HEADERS: [(&str, &str); 4] = [
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
];

/// Serves on threads of its own until the process ends. Returns where it listens.
///
/// # Errors
/// If it cannot listen there.
pub fn serve(listen: SocketAddr, desk: Desk) -> Result<SocketAddr, String> {
    let server =
        Server::http(listen).map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = server.server_addr().to_ip().unwrap_or(listen);
    let (server, desk) = (Arc::new(server), Arc::new(desk));
    for number in 0..THREADS {
        let (server, desk) = (server.clone(), desk.clone());
        let thread = std::thread::Builder::new().name(format!("http {number}"));
        let started = thread.spawn(move || {
            for request in server.incoming_requests() {
                respond(&desk, request);
            }
        });
        started.map_err(|error| format!("no thread for the server: {error}"))?;
    }
    Ok(address)
}

fn respond(desk: &Desk, mut request: tiny_http::Request) {
    let answer = match read(&mut request) {
        Ok(request) => desk.answer(&request),
        Err(error) => Answer::refusal(400, &error.to_string()),
    };
    let mut response = Response::from_data(answer.body).with_status_code(answer.status);
    let headers = [("Content-Type", answer.content_type)];
    for (name, value) in headers.iter().chain(&HEADERS) {
        if let Ok(header) = Header::from_bytes(name.as_bytes(), value.as_bytes()) {
            response.add_header(header);
        }
    }
    // Who has gone away wants no answer.
    let _ = request.respond(response);
}

fn read(request: &mut tiny_http::Request) -> std::io::Result<Request> {
    let mut body = String::new();
    request
        .as_reader()
        .take(LONGEST_BODY)
        .read_to_string(&mut body)?;
    let header = |name: &'static str| {
        let found = request
            .headers()
            .iter()
            .find(|header| header.field.equiv(name));
        found.map_or_else(String::new, |header| header.value.to_string())
    };
    let path = request.url().split('?').next().unwrap_or_default();
    Ok(Request {
        method: request.method().to_string(),
        path: path.to_owned(),
        host: header("Host"),
        authorization: header("Authorization"),
        content_type: header("Content-Type"),
        body,
    })
}
