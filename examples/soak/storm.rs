//! Random values for all properties that can change while playing.

use gst::prelude::*;

use crate::chance::Chance;

/// The elements of ours in a pipeline.
pub fn ours(pipeline: &gst::Element) -> Vec<gst::Element> {
    let Some(bin) = pipeline.downcast_ref::<gst::Bin>() else {
        return Vec::new();
    };
    let all = bin.iterate_recurse().into_iter().flatten();
    all.filter(|element| element.type_().name().starts_with("GstWgpu"))
        .collect()
}

/// Sets a random property of an element to a random value.
pub fn set_any(element: &gst::Element, chance: &mut Chance) {
    let specs: Vec<_> = element
        .list_properties()
        .iter()
        .filter(|spec| spec.owner_type().name().starts_with("GstWgpu"))
        .filter(|spec| spec.flags().contains(glib::ParamFlags::WRITABLE))
        .filter(|spec| spec.flags().bits() & gst::PARAM_FLAG_MUTABLE_PLAYING.bits() != 0)
        .cloned()
        .collect();
    if let Some(spec) = chance.one_of(&specs)
        && let Some(value) = any_value(spec, chance)
    {
        element.set_property_from_value(spec.name(), &value);
    }
}

fn any_value(spec: &glib::ParamSpec, chance: &mut Chance) -> Option<glib::Value> {
    if let Some(spec) = spec.downcast_ref::<glib::ParamSpecDouble>() {
        let (least, most) = (spec.minimum(), spec.maximum().min(100.0));
        return Some((least + chance.share() * (most - least)).to_value());
    }
    if let Some(spec) = spec.downcast_ref::<glib::ParamSpecUInt>() {
        let most = u64::from(spec.maximum().min(500));
        return u32::try_from(chance.below(most + 1))
            .ok()
            .map(|value| value.to_value());
    }
    if spec.downcast_ref::<glib::ParamSpecBoolean>().is_some() {
        return Some((chance.below(2) == 1).to_value());
    }
    if let Some(spec) = spec.downcast_ref::<glib::ParamSpecEnum>() {
        // The best presets take a machine without a GPU minutes.
        let values: Vec<_> = spec
            .enum_class()
            .values()
            .iter()
            .map(|value| value.value())
            .collect();
        let value = values
            .iter()
            .filter(|value| **value < 3)
            .copied()
            .collect::<Vec<_>>();
        let value = *chance.one_of(&value)?;
        return spec.enum_class().to_value(value);
    }
    if spec.name() == "points" {
        let corner = |chance: &mut Chance| (chance.below(200), chance.below(120));
        let corners = [(); 4].map(|()| corner(chance));
        let text = corners.map(|(x, y)| format!("{x},{y}")).join(" ");
        return Some(text.to_value());
    }
    None
}
