//! Builds the dashboard and writes the table by which it is embedded: `$OUT_DIR/assets.rs`, read by `http::assets`.
//! Packs the makers of hardware addresses: `$OUT_DIR/mac_vendors.rs`, read by `devices::mac`.
//! Compresses the catalogue: `$OUT_DIR/blocklists.rs`, read by `catalog`.
//! Compresses the OpenAPI document: `$OUT_DIR/openapi.json.gz`, read by `http`.
//!
//! Files of the dashboard are embedded packed by gzip and not as they are, because nearly every browser takes them so:
//! many take Brotli over HTTPS alone.
//!
//! A built `web/dist` is taken as it is, so that a published crate needs no Node. Otherwise `web` is copied to
//! `OUT_DIR` and built there by npm, so that nothing is written outside cargo's own directory. Without the feature
//! `dashboard` the table is empty.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// What the dashboard is made of; nothing else in `web` starts a new build.
const SOURCES: [&str; 7] =
    ["index.html", "package.json", "package-lock.json", "public", "src", "tsconfig.json", "vite.config.ts"];

/// npm builds from the lock, without what only the checks need, from its cache where that suffices.
const INSTALL: [&str; 6] = ["ci", "--omit=dev", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    match embed().and_then(|()| pack_mac_vendors()).and_then(|()| pack_catalog()).and_then(|()| pack_openapi()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            println!("cargo::error={}", fault.replace('\n', " | "));
            ExitCode::FAILURE
        }
    }
}

fn embed() -> Result<(), String> {
    let out = directory("OUT_DIR")?;
    let table = if env::var_os("CARGO_FEATURE_DASHBOARD").is_some() {
        asset_table(&built_dashboard(&directory("CARGO_MANIFEST_DIR")?.join("web"), &out)?, &out)?
    } else {
        asset_table_of(&[])
    };
    write(&out.join("assets.rs"), table.as_bytes())
}

/// Packs `fingerprints/mac-vendors.txt`: the prefixes in order, each as its distance to the one before it, seven bits
/// an octet from the lowest, the highest bit set where another follows; then the place of its maker in a table.
fn pack_mac_vendors() -> Result<(), String> {
    let source = directory("CARGO_MANIFEST_DIR")?.join("fingerprints/mac-vendors.txt");
    println!("cargo::rerun-if-changed={}", source.display());
    let text = fs::read_to_string(&source).map_err(|error| format!("cannot read {}: {error}", source.display()))?;
    let (mut makers, mut prefixes) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(maker) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            makers.push(maker);
            continue;
        }
        let maker = makers.len().checked_sub(1).and_then(|place| u8::try_from(place).ok());
        let maker = maker.ok_or("mac-vendors.txt: prefixes before the first maker, or more than 256 makers")?;
        for prefix in line.split_whitespace() {
            let number = u32::from_str_radix(prefix, 16).ok().filter(|_| prefix.len() == 6);
            prefixes.push((number.ok_or_else(|| format!("mac-vendors.txt: `{prefix}` is no prefix"))?, maker));
        }
    }
    prefixes.sort_unstable();
    let (mut packed, mut last) = (Vec::new(), 0);
    for (prefix, maker) in prefixes {
        let mut distance = prefix - last;
        while distance > 0x7F {
            packed.push(0x80 | u8::try_from(distance & 0x7F).unwrap_or_default());
            distance >>= 7;
        }
        packed.extend([u8::try_from(distance).unwrap_or_default(), maker]);
        last = prefix;
    }
    let out = directory("OUT_DIR")?;
    write(&out.join("mac_vendors.bin"), &packed)?;
    let code = format!(
        "/// Makers, in the order of their places.\nstatic MAKERS: [&str; {}] = {makers:?};\n\
         /// Prefixes with the places of their makers, packed by build.rs.\nstatic PREFIXES: &[u8] = \
         include_bytes!(concat!(env!(\"OUT_DIR\"), \"/mac_vendors.bin\"));\n",
        makers.len()
    );
    write(&out.join("mac_vendors.rs"), code.as_bytes())
}

/// Packs the files of `blocklists` with what `catalog` is made of, which is text that is read once.
fn pack_catalog() -> Result<(), String> {
    let (source, out) = (directory("CARGO_MANIFEST_DIR")?.join("blocklists"), directory("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", source.display());
    let mut table = String::from(
        "/// The files of `blocklists`, by their paths in it, packed by build.rs.\nstatic FILES: &[(&str, &[u8])] = &[\n",
    );
    for file in files_below(&source)?.iter().filter(|file| extension(file) == "toml") {
        let path = path_below(&source, file)?;
        let packed = out.join("blocklists").join(&path);
        pack(file, &packed)?;
        let _ = writeln!(table, "    ({path:?}, {}),", included(&packed));
    }
    write(&out.join("blocklists.rs"), (table + "];\n").as_bytes())
}

fn pack_openapi() -> Result<(), String> {
    let source = directory("CARGO_MANIFEST_DIR")?.join("src/http/openapi.json");
    println!("cargo::rerun-if-changed={}", source.display());
    pack(&source, &directory("OUT_DIR")?.join("openapi.json.gz"))
}

/// Writes `source`, compressed by gzip, to `target`.
fn pack(source: &Path, target: &Path) -> Result<(), String> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let packed = packed.write_all(&read(source)?).and_then(|()| packed.finish());
    let packed = packed.map_err(|error| format!("cannot compress {}: {error}", source.display()))?;
    let folder = target.parent().unwrap_or(target);
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    write(target, &packed)
}

fn directory(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("cargo did not set {variable}"))
}

/// The directory that holds the built dashboard.
fn built_dashboard(web: &Path, out: &Path) -> Result<PathBuf, String> {
    let shipped = web.join("dist");
    if shipped.join("index.html").exists() {
        println!("cargo::rerun-if-changed={}", shipped.display());
        return Ok(shipped);
    }
    let workshop = out.join("web");
    for source in SOURCES {
        let (from, to) = (web.join(source), workshop.join(source));
        println!("cargo::rerun-if-changed={}", from.display());
        remove(&to)?;
        copy(&from, &to).map_err(|error| format!("cannot copy {}: {error}", from.display()))?;
    }
    install(&workshop)?;
    npm(&workshop, &["run", "build", "--", "--outDir", "dist"])?;
    Ok(workshop.join("dist"))
}

/// Installs the packages that the build needs, unless the same lock was installed here before.
fn install(workshop: &Path) -> Result<(), String> {
    let (lock, installed) = (workshop.join("package-lock.json"), workshop.join("node_modules/.ponor-lock"));
    let wanted = read(&lock)?;
    if fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    npm(workshop, &INSTALL)?;
    write(&installed, &wanted)
}

fn npm(workshop: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let ended = Command::new(program).args(arguments).current_dir(workshop).output().map_err(|error| {
        format!(
            "the dashboard is built by `{program}`, which could not be started ({error}); \
             install Node 20.19 or newer, or build without it by `--no-default-features`"
        )
    })?;
    if ended.status.success() {
        return Ok(());
    }
    let (said, complained) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    Err(format!(
        "`npm {}` failed; it needs Node 20.19 or newer and, the first time, the npm registry, or build without the \
         dashboard by `--no-default-features`\n{}\n{}",
        arguments.join(" "),
        said.trim(),
        complained.trim()
    ))
}

/// One file that the server hands out.
struct Asset {
    path: String,
    mime: &'static str,
    etag: String,
    packed: PathBuf,
}

fn asset_table(dist: &Path, out: &Path) -> Result<String, String> {
    let files = files_below(dist)?;
    let assets = files.iter().map(|file| pack_asset(dist, file, out)).collect::<Result<Vec<_>, _>>()?;
    Ok(asset_table_of(&assets))
}

fn pack_asset(dist: &Path, file: &Path, out: &Path) -> Result<Asset, String> {
    let path = path_below(dist, file)?;
    let packed = out.join("assets").join(&path);
    pack(file, &packed)?;
    let digest = Sha256::digest(read(file)?);
    let etag = digest.iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    Ok(Asset { path, mime: media_type(file)?, etag: format!("\"{etag}\""), packed })
}

fn asset_table_of(assets: &[Asset]) -> String {
    let mut table =
        String::from("/// The files of the dashboard, sorted by path.\npub(super) static ASSETS: &[Asset] = &[\n");
    for Asset { path, mime, etag, packed } in assets {
        // Vite puts what carries a hash of its content in its name, and nothing else, into `assets`.
        let immutable = path.starts_with("assets/");
        let _ = writeln!(
            table,
            "    Asset {{ path: {path:?}, mime: {mime:?}, etag: {etag:?}, immutable: {immutable}, \
             packed: {} }},",
            included(packed)
        );
    }
    table + "];\n"
}

fn included(file: &Path) -> String {
    format!("include_bytes!({:?})", file.to_string_lossy())
}

fn media_type(file: &Path) -> Result<&'static str, String> {
    match extension(file) {
        "html" => Ok("text/html; charset=utf-8"),
        "js" => Ok("text/javascript; charset=utf-8"),
        "css" => Ok("text/css; charset=utf-8"),
        "svg" => Ok("image/svg+xml"),
        "woff2" => Ok("font/woff2"),
        "txt" => Ok("text/plain; charset=utf-8"),
        "webmanifest" => Ok("application/manifest+json"),
        other => Err(format!("{}: build.rs knows no media type for `.{other}`", file.display())),
    }
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|text| text.to_str()).unwrap_or_default()
}

/// The files below a folder, sorted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    list(folder, &mut files).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    files.sort();
    Ok(files)
}

/// The path of a file below a folder, with slashes.
fn path_below(folder: &Path, file: &Path) -> Result<String, String> {
    let path = file.strip_prefix(folder).map_err(|error| error.to_string())?;
    Ok(path.to_string_lossy().replace('\\', "/"))
}

fn list(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        fs::create_dir_all(to.parent().unwrap_or(to))?;
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), String> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("cannot remove {}: {error}", path.display()))
        }
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
