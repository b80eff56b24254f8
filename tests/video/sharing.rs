//! One device for a pipeline, or the application's; frames of another device still work.

use std::sync::Arc;

use gst::prelude::*;
use gst_video::VideoFormat;
use gstwgpu::gpu::{AdapterSelector, Gpu};
use gstwgpu::video::context::{CONTEXT_TYPE, device_of, new_context};
use gstwgpu::video::pool::WgpuBufferPool;

use super::{TestFilter, caps_of, find, frame, harness, init, inverted, samples, video};

fn device(filter: &TestFilter) -> Arc<Gpu> {
    filter.read(|log| log.gpu.clone().unwrap())
}

#[test]
fn two_elements_share_one_device() {
    let info = video(VideoFormat::Nv12, 32, 18);
    // The second line: no pad of the one leads to the other.
    for line in [
        "wgputestfilter name=a ! wgputestfilter name=b",
        "wgputestfilter name=a ! videorate ! videoscale ! wgputestfilter name=b",
    ] {
        let mut harness = harness(line, &caps_of(&info));
        harness.push(frame(&info, 0)).unwrap();
        harness.push(frame(&info, 1)).unwrap();
        let (a, b) = (find(&mut harness, "a"), find(&mut harness, "b"));
        assert!(Arc::ptr_eq(&device(&a), &device(&b)), "{line}");
    }
}

#[test]
fn two_pipelines_share_one_device() {
    let info = video(VideoFormat::Nv12, 32, 18);
    let devices = [0, 1].map(|_| {
        let mut harness = harness("wgputestfilter name=a", &caps_of(&info));
        harness.push(frame(&info, 0)).unwrap();
        device(&find(&mut harness, "a"))
    });
    assert!(Arc::ptr_eq(&devices[0], &devices[1]));
    // However the adapter was asked for.
    let name = AdapterSelector::from(devices[0].info().name.as_str());
    assert!(Arc::ptr_eq(&devices[0], &Gpu::shared(&name).unwrap()));
}

/// Drivers have refused to open a device after some thirty times in one process.
#[test]
fn a_device_stays_open_between_pipelines() {
    let info = video(VideoFormat::Nv12, 32, 18);
    let devices = [0, 1].map(|_| {
        let mut harness = harness("wgputestfilter name=a", &caps_of(&info));
        harness.push(frame(&info, 0)).unwrap();
        Arc::downgrade(&device(&find(&mut harness, "a")))
    });
    assert!(devices[0].ptr_eq(&devices[1]));
    assert!(devices[0].upgrade().is_some());
}

#[test]
fn a_lost_device_is_replaced() {
    let lost = Gpu::shared(&AdapterSelector::Auto).unwrap();
    lost.device().destroy();
    lost.poll().unwrap_err();
    let other = Gpu::shared(&AdapterSelector::Auto).unwrap();
    assert!(!Arc::ptr_eq(&lost, &other));
    other.check().unwrap();
    assert!(Arc::ptr_eq(
        &other,
        &Gpu::shared(&AdapterSelector::Auto).unwrap()
    ));
}

fn play_with_context(adapter: &str, gpu: &Arc<Gpu>) -> (gst::Pipeline, TestFilter) {
    init();
    let line = format!(
        "videotestsrc num-buffers=2 ! video/x-raw,width=32,height=18 ! \
         wgputestfilter name=f adapter=\"{adapter}\" ! fakesink"
    );
    let pipeline = gst::parse::launch(&line).unwrap();
    let pipeline = pipeline.downcast::<gst::Pipeline>().unwrap();
    pipeline.set_context(&new_context(gpu, true));
    let filter = pipeline.by_name("f").unwrap().downcast().unwrap();
    pipeline.set_state(gst::State::Playing).unwrap();
    let bus = pipeline.bus().unwrap();
    let wanted = [gst::MessageType::Eos, gst::MessageType::Error];
    let end = bus.timed_pop_filtered(gst::ClockTime::from_seconds(60), &wanted);
    assert_eq!(end.unwrap().type_(), gst::MessageType::Eos);
    (pipeline, filter)
}

#[test]
fn an_application_can_bring_its_own_device() {
    let gpu = crate::gpu::gpu();
    for adapter in ["auto", "0", &gpu.info().name[..4]] {
        let (pipeline, filter) = play_with_context(adapter, &gpu);
        assert!(Arc::ptr_eq(&device(&filter), &gpu), "adapter={adapter}");
        let context = filter.context(CONTEXT_TYPE).unwrap();
        assert!(Arc::ptr_eq(&device_of(&context).unwrap(), &gpu));
        pipeline.set_state(gst::State::Null).unwrap();
    }
}

#[test]
fn a_device_that_was_lost_is_not_taken() {
    let lost = Gpu::open(&AdapterSelector::Auto).unwrap();
    lost.device().destroy();
    let _ = lost.poll();
    assert!(lost.check().is_err());
    let (pipeline, filter) = play_with_context("auto", &lost);
    assert!(!Arc::ptr_eq(&device(&filter), &lost));
    pipeline.set_state(gst::State::Null).unwrap();
}

#[test]
fn frames_of_another_device_come_over_through_system_memory() {
    let info = video(VideoFormat::I42010le, 33, 17);
    let mut caps = caps_of(&info);
    let features = gst::CapsFeatures::new([gstwgpu::video::memory::MEMORY_FEATURE]);
    caps.make_mut().set_features(0, Some(features));
    let pool = WgpuBufferPool::configured(&crate::gpu::gpu(), &caps, (0, 0)).unwrap();
    pool.set_active(true).unwrap();
    let sent = frame(&info, 3);
    let mut foreign = pool.acquire_buffer(None).unwrap();
    let bytes = sent.map_readable().unwrap();
    foreign
        .get_mut()
        .unwrap()
        .copy_from_slice(0, &bytes)
        .unwrap();
    for line in [
        "wgputestfilter name=f",
        "wgpuupload ! wgputestfilter name=f ! wgpudownload",
    ] {
        let mut harness = harness(line, &caps);
        let got = harness.push_and_pull(foreign.clone()).unwrap();
        assert_eq!(
            samples(&got, &info),
            inverted(samples(&sent, &info)),
            "{line}"
        );
        assert!(!Arc::ptr_eq(
            &device(&find(&mut harness, "f")),
            &crate::gpu::gpu()
        ));
    }
    pool.set_active(false).unwrap();
}
