//! The page's addresses over HTTP, beside a pipeline that plays.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::access::Access;
use crate::answers::{Desk, Request};
use crate::options::Options;
use crate::pipeline::Watched;
use crate::server::serve;

const LINE: &str = "videotestsrc is-live=true ! video/x-raw,format=I420,width=96,height=64,framerate=25/1 ! \
    wgpudenoise name=denoise preset=balanced ! wgpudeartifact name=repair preset=fast ! \
    wgputrackoverlay name=track ! fakesink";
const TOKEN: &str = "a-long-token";

fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gst::init().unwrap();
        gstwgpu::plugin_register_static().unwrap();
    });
}

/// A pipeline that plays, and its server.
struct Show {
    watched: Arc<Watched>,
    address: SocketAddr,
}

impl Show {
    fn new(access: Access) -> Self {
        init();
        let watched = Arc::new(Watched::launch(LINE).unwrap());
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let address = serve(any, Desk::new(&watched, access)).unwrap();
        watched.start().unwrap();
        Self { watched, address }
    }

    /// Status, headers and body of the answer to a request by these lines.
    fn send(&self, start: &str, headers: &str, body: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let length = body.len();
        let head = format!(
            "{start} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n\r\n"
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, answer[end + 4..].to_vec())
    }

    fn get(&self, path: &str) -> (u16, String, Vec<u8>) {
        self.send(
            &format!("GET {path}"),
            &format!("Host: {}", self.address),
            "",
        )
    }

    fn json(&self, path: &str) -> Value {
        let (status, _, body) = self.get(path);
        assert_eq!(status, 200, "{path}");
        serde_json::from_slice(&body).unwrap()
    }

    fn set(&self, element: &str, property: &str, value: &Value) -> (u16, Value) {
        let body = json!({ "element": element, "property": property, "value": value });
        let headers = format!("Host: {}\r\nContent-Type: application/json", self.address);
        let (status, _, body) = self.send("POST /set", &headers, &body.to_string());
        (status, serde_json::from_slice(&body).unwrap())
    }

    fn property(&self, element: &str, property: &str) -> Value {
        let all = self.json("/elements");
        let element = all
            .as_array()
            .unwrap()
            .iter()
            .find(|of| of["name"] == element);
        let properties = element.unwrap()["properties"].as_array().unwrap().clone();
        properties
            .into_iter()
            .find(|of| of["name"] == property)
            .unwrap()
    }

    /// Waits until frames have come through.
    fn warm(&self) {
        let until = Instant::now() + Duration::from_secs(60);
        while self.json("/stats")["elements"][2]["stats"]["frames"]
            .as_u64()
            .unwrap()
            < 12
        {
            assert!(Instant::now() < until, "no frames");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Show {
    fn drop(&mut self) {
        self.watched.stop();
    }
}

/// One pipeline for all that is seen of it: it takes most of the time.
#[test]
fn the_page_shows_and_sets_a_running_pipeline() {
    let show = Show::new(Access::Local);
    show.warm();
    properties_are_described_and_set(&show);
    wrong_values_change_nothing(&show);
    pictures_are_jpeg(&show);
    let all = show.json("/stats");
    assert_eq!(all["size"], json!([96, 64]));
    assert_eq!(all["elements"][1]["factory"], "wgpudeartifact");
    assert_eq!(all["elements"][0]["state"], "playing");
    every_metric_of_the_dashboard_exists(&show);
    for (path, kind, words) in [
        ("/", "text/html", "page.js"),
        ("/page.js", "text/javascript", "fetch"),
        ("/page.css", "text/css", "#marks"),
    ] {
        let (status, head, body) = show.get(path);
        assert_eq!(status, 200);
        assert!(
            head.contains(kind) && head.contains("default-src 'self'"),
            "{head}"
        );
        assert!(String::from_utf8(body).unwrap().contains(words));
    }
    assert_eq!(show.get("/nothing").0, 404);
}

fn properties_are_described_and_set(show: &Show) {
    let preset = show.property("denoise", "preset");
    assert_eq!(
        (&preset["kind"], &preset["value"], &preset["default"]),
        (&json!("choice"), &json!("balanced"), &json!("auto"))
    );
    assert!(
        preset["choices"]
            .as_array()
            .unwrap()
            .iter()
            .any(|choice| choice["value"] == "neural")
    );
    let strength = show.property("denoise", "strength");
    assert_eq!(
        (
            &strength["kind"],
            &strength["minimum"],
            &strength["default"]
        ),
        (&json!("number"), &json!(0.0), &json!(1.0))
    );
    assert!(strength["blurb"].as_str().unwrap().len() > 20);
    for (element, property, value, now) in [
        ("denoise", "strength", json!(0.5), json!(0.5)),
        ("denoise", "preset", json!("fast"), json!("fast")),
        ("denoise", "lookahead", json!("1"), json!(1.0)),
        ("track", "interactive", json!(true), json!(true)),
        (
            "track",
            "points",
            json!("8,8 80,8 80,50 8,50"),
            json!("8,8 80,8 80,50 8,50"),
        ),
    ] {
        let (status, told) = show.set(element, property, &value);
        assert_eq!(status, 200, "{told}");
        assert_eq!(show.property(element, property)["value"], now);
    }
}

fn wrong_values_change_nothing(show: &Show) {
    for (element, property, value, words) in [
        ("nobody", "strength", json!(1), "nobody"),
        ("denoise", "nothing", json!(1), "nothing"),
        ("denoise", "name", json!("x"), "name"),
        ("denoise", "strength", json!(-3), "takes 0 to"),
        ("denoise", "strength", json!("much"), "no number"),
        ("denoise", "lookahead", json!(0.5), "does not take"),
        ("denoise", "preset", json!("best"), "does not take"),
        (
            "denoise",
            "adapter",
            json!("1"),
            "before the pipeline starts",
        ),
    ] {
        let (status, told) = show.set(element, property, &value);
        assert_eq!(status, 400, "{property}: {told}");
        assert!(told["error"].as_str().unwrap().contains(words), "{told}");
    }
    assert_eq!(show.property("denoise", "strength")["value"], json!(0.5));
    let host = format!("Host: {}", show.address);
    assert_eq!(
        show.send(
            "POST /set",
            &format!("{host}\r\nContent-Type: text/plain"),
            "{}"
        )
        .0,
        415
    );
    assert_eq!(
        show.send(
            "POST /set",
            &format!("{host}\r\nContent-Type: application/json"),
            "{"
        )
        .0,
        400
    );
    assert_eq!(show.send("DELETE /set", &host, "").0, 405);
    assert_eq!(show.send("GET /stats", "Host: evil.example", "").0, 403);
}

fn pictures_are_jpeg(show: &Show) {
    for path in ["/before.jpg", "/after.jpg", "/before.jpg"] {
        let (status, head, body) = show.get(path);
        assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
        assert!(head.contains("image/jpeg"));
        assert!(
            body.starts_with(&[0xff, 0xd8, 0xff]) && body.ends_with(&[0xff, 0xd9]),
            "{path}"
        );
    }
}

fn every_metric_of_the_dashboard_exists(show: &Show) {
    let (status, head, body) = show.get("/metrics");
    assert_eq!(status, 200);
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    let text = String::from_utf8(body).unwrap();
    let dashboard: Value = serde_json::from_str(include_str!("../grafana.json")).unwrap();
    let mut queried = 0;
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            let query = target["expr"].as_str().unwrap();
            let words =
                query.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
            for name in words.filter(|word| word.starts_with("wgpu_")) {
                assert!(
                    text.contains(&format!("# TYPE {name} ")),
                    "{name} of {query}"
                );
                queried += 1;
            }
        }
    }
    assert!(queried > 10, "{queried} metrics");
    let frames = text.lines().find(|line| {
        line.starts_with("wgpu_frames_total{element=\"denoise\",factory=\"wgpudenoise\"} ")
    });
    assert!(
        frames.is_some_and(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap() >= 12.0),
        "{text}"
    );
    let page = include_str!("../../../docs/CONTROL.md");
    for line in text.lines() {
        if let Some(name) = line
            .strip_prefix("# TYPE ")
            .and_then(|rest| rest.split(' ').next())
        {
            assert!(
                page.contains(&format!("`{name}`")),
                "docs/CONTROL.md does not tell of {name}"
            );
        }
    }
    // The lookahead of one frame that was set.
    assert!(
        text.contains("wgpu_latency_seconds{element=\"denoise\",factory=\"wgpudenoise\"} 0.04"),
        "{text}"
    );
}

/// Frames of a chain whose ends are on the GPU, and of 10 bits.
#[test]
fn pictures_of_frames_on_the_gpu() {
    init();
    let line = "videotestsrc is-live=true ! video/x-raw,format=P010_10LE,width=960,height=64 ! wgpuupload ! \
                wgpudenoise preset=fast ! wgpudownload ! fakesink";
    let watched = Watched::launch(line).unwrap();
    watched.start().unwrap();
    for tap in &watched.taps {
        // The first frame may take its time.
        let jpeg = (0..20).find_map(|_| tap.picture()).expect("a picture");
        let start = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        // Height and width in the header of the frame.
        let side = |at: usize| u16::from_be_bytes([jpeg[start + at], jpeg[start + at + 1]]);
        assert_eq!([side(7), side(5)], [640, 42]);
    }
    watched.stop();
    assert!(
        watched.taps[0].picture().is_some(),
        "the latest one, when no frame comes"
    );
}

#[test]
fn with_a_token_nothing_but_the_page_is_without_it() {
    init();
    let watched = Arc::new(Watched::launch(LINE).unwrap());
    let desk = Desk::new(&watched, Access::Token(TOKEN.to_owned()));
    let status = |path: &str, authorization: &str| {
        let request = Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            host: "tv.example:8080".to_owned(),
            authorization: authorization.to_owned(),
            ..Request::default()
        };
        desk.answer(&request).status
    };
    let right = format!("Bearer {TOKEN}");
    for path in ["/elements", "/stats", "/metrics", "/before.jpg", "/set"] {
        for wrong in [
            "",
            TOKEN,
            "Bearer ",
            "Bearer a-long-tokem",
            "Bearer a-long-token2",
        ] {
            assert_eq!(status(path, wrong), 401, "{path} {wrong}");
        }
    }
    assert_eq!(status("/", ""), 200);
    assert_eq!(status("/page.js", ""), 200);
    assert_eq!(status("/metrics", &right), 200);
}

#[test]
fn losses_of_a_device_are_counted_from_the_bus() {
    init();
    let watched = Watched::launch(LINE).unwrap();
    let element = watched.find("repair").unwrap();
    for state in ["lost", "retrying", "restored", "lost"] {
        let structure = gst::Structure::builder("wgpu-device")
            .field("state", state)
            .build();
        let message = gst::message::Element::builder(structure)
            .src(element)
            .build();
        assert_eq!(watched.take(&message), Ok(false));
    }
    assert_eq!(
        (watched.losses("repair"), watched.losses("denoise")),
        (2, 0)
    );
    let error = glib::Error::new(gst::StreamError::Format, "odd");
    let warning = gst::message::Warning::builder_from_error(error).build();
    assert_eq!(watched.take(&warning), Ok(false));
    assert_eq!(watched.warning().as_deref(), Some("odd"));
    assert_eq!(watched.warning(), None);
    let text = crate::metrics::text(&watched).unwrap();
    assert!(
        text.contains("wgpu_device_losses_total{element=\"repair\",factory=\"wgpudeartifact\"} 2"),
        "{text}"
    );
}

#[test]
fn beyond_this_machine_a_token_is_needed() {
    let parse = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Options::parse(&words)
    };
    let options = parse(&["videotestsrc", "!", "fakesink"]).unwrap();
    assert_eq!(options.line, "videotestsrc ! fakesink");
    assert!(options.listen.ip().is_loopback());
    let open = ["--listen", "0.0.0.0:9000"];
    let line = ["videotestsrc ! fakesink"];
    assert!(
        parse(&[&open[..], &line].concat())
            .unwrap_err()
            .contains("--token")
    );
    assert!(parse(&[&open[..], &["--token", "short"], &line].concat()).is_err());
    assert!(parse(&[&open[..], &["--token", TOKEN], &line].concat()).is_ok());
    assert!(parse(&open).is_err());
    assert!(
        parse(&["--listen", "here", "x"])
            .unwrap_err()
            .contains("here")
    );
    init();
    let error = Watched::launch("videotestsrc ! fakesink").err().unwrap();
    assert!(error.contains("none of our elements"), "{error}");
}
