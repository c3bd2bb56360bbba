//! The mappings that come with the program.

/// Name and text, by name.
const BUILT_IN: [(&str, &str); 3] = [
    ("olist", include_str!("../../../../mappings/olist.toml")),
    ("online-retail", include_str!("../../../../mappings/online-retail.toml")),
    ("taobao-user-behavior", include_str!("../../../../mappings/taobao-user-behavior.toml")),
];

/// Names and texts, by name.
pub(crate) fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILT_IN.into_iter()
}

/// Whether a name is one of theirs, or means rejects.
pub(crate) fn is_built_in(name: &str) -> bool {
    name == databank_deposit::rejects::MAPPING_NAME || BUILT_IN.iter().any(|(held, _)| *held == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mapping_of_the_repository_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../mappings");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
            .collect();
        names.sort();
        assert_eq!(names, built_in().map(|(name, _)| name.to_owned()).collect::<Vec<_>>());
        for (name, text) in built_in() {
            databank_deposit::mapping::Mapping::parse(text, name).unwrap();
        }
    }
}
