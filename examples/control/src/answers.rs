//! What each address answers.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::access::Access;
use crate::pipeline::Watched;
use crate::{figures, metrics, properties};

/// A request, without the network.
#[derive(Debug, Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub host: String,
    pub authorization: String,
    pub content_type: String,
    pub body: String,
}

/// What is sent back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

impl Answer {
    fn new(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            content_type,
            body: body.into(),
        }
    }

    fn json(value: &Value) -> Self {
        Self::new("application/json", value.to_string())
    }

    /// An answer that says what is wrong.
    pub fn refusal(status: u16, why: &str) -> Self {
        let told = Self::json(&json!({ "error": why }));
        Self { status, ..told }
    }
}

/// Answers requests about one pipeline.
pub struct Desk {
    watched: Arc<Watched>,
    access: Access,
}

impl Desk {
    /// For this pipeline, and for whom `access` lets in.
    pub fn new(watched: &Arc<Watched>, access: Access) -> Self {
        Self {
            watched: watched.clone(),
            access,
        }
    }

    /// The answer to a request.
    pub fn answer(&self, request: &Request) -> Answer {
        let is_get = request.method == "GET";
        // The page has no secrets, and asks for the token.
        let page = page(&request.path).filter(|_| is_get);
        let is_allowed = self.access.allows(&request.host, &request.authorization);
        match (page, is_allowed, &self.access) {
            (Some(page), _, Access::Token(_)) | (Some(page), true, _) => page,
            (_, true, _) if is_get => self.get(&request.path),
            (_, true, _) => self.post(request),
            (_, false, Access::Token(_)) => {
                Answer::refusal(401, "the token is missing, or is another one")
            }
            (_, false, Access::Local) => {
                Answer::refusal(403, "only this machine may ask, by a name of its own")
            }
        }
    }

    fn get(&self, path: &str) -> Answer {
        let [before, behind] = &self.watched.taps;
        match path {
            "/elements" => {
                let all = self.watched.elements().iter().map(properties::describe);
                Answer::json(&all.collect())
            }
            "/stats" => Answer::json(&figures::all(&self.watched)),
            "/metrics" => match metrics::text(&self.watched) {
                Ok(text) => Answer::new("text/plain; version=0.0.4", text),
                Err(error) => Answer::refusal(500, &error.to_string()),
            },
            "/before.jpg" => picture(before.picture()),
            "/after.jpg" => picture(behind.picture()),
            _ => Answer::refusal(404, "there is nothing at this address"),
        }
    }

    fn post(&self, request: &Request) -> Answer {
        if (request.method.as_str(), request.path.as_str()) != ("POST", "/set") {
            return Answer::refusal(405, "only /set takes anything, by POST");
        }
        // A form of another web site cannot send this type.
        if !request.content_type.starts_with("application/json") {
            return Answer::refusal(415, "application/json is wanted");
        }
        match self.set(&request.body) {
            Ok(element) => Answer::json(&element),
            Err(why) => Answer::refusal(400, &why),
        }
    }

    /// Sets what the body says, and describes the element as it is then.
    fn set(&self, body: &str) -> Result<Value, String> {
        let wanted: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
        let text = |name: &str| match wanted.get(name) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
            _ => Err(format!("\"{name}\" is missing")),
        };
        let (name, property, value) = (text("element")?, text("property")?, text("value")?);
        let element = self.watched.find(&name);
        let element = element.ok_or_else(|| format!("there is no element {name}"))?;
        properties::set(element, &property, &value)?;
        Ok(properties::describe(element))
    }
}

fn page(path: &str) -> Option<Answer> {
    match path {
        "/" => Some(Answer::new(
            "text/html; charset=utf-8",
            include_str!("../page/index.html"),
        )),
        "/page.js" => Some(Answer::new(
            "text/javascript; charset=utf-8",
            include_str!("../page/page.js"),
        )),
        "/page.css" => Some(Answer::new(
            "text/css; charset=utf-8",
            include_str!("../page/page.css"),
        )),
        _ => None,
    }
}

fn picture(jpeg: Option<Vec<u8>>) -> Answer {
    match jpeg {
        Some(jpeg) => Answer::new("image/jpeg", jpeg),
        None => Answer::refusal(503, "no frame has come yet"),
    }
}
