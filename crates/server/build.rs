//! Makes the folder of the pages when they were not built, so that the server compiles without Node.js.

use std::error::Error;
use std::path::Path;

/// What is shown in place of the pages.
const NOTICE: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>Databank</title></head>
<body>
<h1>Databank</h1>
<p>This server was built without its pages. <code>make web</code>, then <code>make build</code>, puts them in.</p>
<p>The API is there: <a href=\"/api/docs\">reference</a>.</p>
</body>
</html>
";

fn main() -> Result<(), Box<dyn Error>> {
    let pages = Path::new("../../web/dist");
    let index = pages.join("index.html");
    if !index.try_exists()? {
        std::fs::create_dir_all(pages)?;
        std::fs::write(&index, NOTICE)?;
    }
    println!("cargo::rerun-if-changed=../../web/dist");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
