//! One program for every target: libFuzzer's options as arguments, the target's name in `DATABANK_FUZZ_TARGET`.

#![no_main]

use std::sync::OnceLock;

use databank_fuzz::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    static TARGET: OnceLock<Target> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        // A panic that the product catches is no finding: it is how a damaged file is refused. libFuzzer's hook would end the
        // process at each; one that nobody catches still ends it.
        std::panic::set_hook(Box::new(|_| {}));
        let name = std::env::var("DATABANK_FUZZ_TARGET").unwrap_or_default();
        let names = || Target::ALL.map(Target::name).join(", ");
        Target::of_name(&name).unwrap_or_else(|| {
            let message = format!("DATABANK_FUZZ_TARGET is {name:?}; it is one of {}\n", names());
            std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes()).ok();
            std::process::exit(2)
        })
    });
    target.run(bytes);
});
