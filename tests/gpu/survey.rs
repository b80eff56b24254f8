//! The list of adapters tells values that open them.

use gstwgpu::gpu::survey::survey;
use gstwgpu::gpu::{AdapterSelector, Gpu};

#[test]
fn each_listed_value_opens_its_adapter() {
    let all = survey();
    assert_eq!(all.iter().filter(|one| one.is_automatic).count(), 1);
    for adapter in all.iter().filter(|one| one.is_capable) {
        let gpu = Gpu::open(&AdapterSelector::from(adapter.selector.as_str())).unwrap();
        assert_eq!(gpu.info().name, adapter.name);
        assert!(!adapter.driver.is_empty());
    }
}
