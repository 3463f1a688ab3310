//! The service models that AWS publishes inside botocore, for the tests that compare our shapes with them.

use crate::{Failure, process};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The botocore whose models are the measure. Newer ones come with a look at what AWS changed.
pub(crate) const BOTOCORE: &str = "1.44.5";

const SERVICES: [&str; 3] = ["sts", "iam", "cloudtrail"];

/// Takes the newest version of a service's model out of a wheel; old wheels keep it bare, new ones gzipped.
const UNPACK: &str = "\
import gzip, sys, zipfile
wheel, target, services = zipfile.ZipFile(sys.argv[1]), sys.argv[2], sys.argv[3:]
for service in services:
    found = sorted(n for n in wheel.namelist() if n.startswith(f'botocore/data/{service}/') and '/service-2.json' in n)
    data = wheel.read(found[-1])
    if found[-1].endswith('.gz'):
        data = gzip.decompress(data)
    with open(f'{target}/{service}.json', 'wb') as out:
        out.write(data)
";

/// Puts `sts.json`, `iam.json` and `cloudtrail.json` under `target/models`, and says where that is.
///
/// # Errors
/// When there is no Python 3 with venv, or the package index is out of reach.
pub(crate) fn fetch(root: &Path) -> Result<PathBuf, Failure> {
    let models = root.join("target/models");
    let stamp = models.join("version");
    if fs::read_to_string(&stamp).is_ok_and(|version| version == BOTOCORE) {
        return Ok(models);
    }
    let wheels = models.join("wheel");
    let _ = fs::remove_dir_all(&models);
    fs::create_dir_all(&wheels).map_err(|error| Failure::broken(format!("target/models: {error}")))?;
    let python = crate::clients::tools_python(root)?;
    process::output(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--only-binary=:all:",
            ])
            .arg("--dest")
            .arg(&wheels)
            .arg(format!("botocore=={BOTOCORE}")),
    )?;
    let wheel = fs::read_dir(&wheels)
        .ok()
        .and_then(|entries| {
            entries.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "whl"))
        })
        .ok_or_else(|| Failure::broken("pip downloaded no wheel of botocore"))?;
    process::output(Command::new(&python).args(["-c", UNPACK]).arg(&wheel).arg(&models).args(SERVICES))?;
    let _ = fs::remove_dir_all(&wheels);
    fs::write(&stamp, BOTOCORE).map_err(|error| Failure::broken(format!("target/models: {error}")))?;
    Ok(models)
}
