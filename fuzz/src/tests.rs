use std::path::Path;

use super::Target;

#[test]
fn every_file_of_the_corpus_is_read_without_harm() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in Target::ALL {
        let folder = corpus.join(target.name());
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            // Names the file if it breaks the reader.
            let read = std::panic::catch_unwind(|| target.run(&bytes));
            assert!(read.is_ok(), "{} breaks {}", path.display(), target.name());
            count += 1;
        }
        assert!(count > 2, "{} has {count} beginnings", target.name());
    }
}
