//! Server processes: started on their core, watched, ended.

use crate::cores::pinned;
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A server that accepts requests; it is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts a server that prints `ready http://ADDR` on its standard output.
    pub(crate) fn start(command: &mut Command, core: usize) -> Result<Self> {
        let mut child = pinned(core, || command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn())?
            .with_context(|| format!("starting {}", command.get_program().display()))?;
        let lines = child.stdout.take().map(|stdout| BufReader::new(stdout).lines()).into_iter().flatten();
        for line in lines {
            if let Some(address) = line?.strip_prefix("ready http://") {
                return Ok(Self { address: address.trim().parse()?, child });
            }
        }
        drop(child.kill());
        bail!("{} ended before it was ready: {}", command.get_program().display(), child.wait()?)
    }

    /// Starts a server that says nothing: it is ready when it accepts at `address`.
    pub(crate) fn start_quiet(command: &mut Command, core: usize, address: SocketAddr) -> Result<Self> {
        let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = pinned(core, || silent.spawn())??;
        for _ in 0..300 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(Self { child, address });
            }
            if let Some(status) = child.try_wait()? {
                bail!("it ended before it was ready: {status}");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        drop(child.kill());
        bail!("it did not accept within 30 seconds")
    }

    /// The processor time the process has used, in the program and in the kernel.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name, in brackets, may hold anything; the fields behind it are counted from 3.
        let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
        let mut fields = fields.split_ascii_whitespace().skip(11);
        let mut ticks = || fields.next().context("a short stat")?.parse::<u64>().context("ticks");
        let ticks = ticks()? + ticks()?;
        Ok(Duration::from_secs(ticks) / u32::try_from(rustix::param::clock_ticks_per_second())?)
    }

    /// The most memory the process has held at once, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kilobytes * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends a server: a clean stop first, so that the data directory is whole when it is weighed.
pub(crate) fn end(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, Signal::TERM);
    }
    for _ in 0..100 {
        if let Ok(Some(_)) = child.try_wait() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(child.kill());
    drop(child.wait());
}

/// The bytes that a directory takes on disk.
pub(crate) fn disk_use(directory: &Path) -> Result<u64> {
    let mut total = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        // A file that a server compacts away meanwhile is not there to be weighed.
        let Ok(metadata) = entry.metadata() else { continue };
        total += if metadata.is_dir() { disk_use(&entry.path())? } else { metadata.blocks() * 512 };
    }
    Ok(total)
}

/// Builds a package for release and says where its binary is.
pub(crate) fn built(package: &str) -> Result<PathBuf> {
    let output = Command::new("cargo")
        .args(["build", "--release", "-p", package, "--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .context("running cargo")?;
    if !output.status.success() {
        bail!("{package} does not build; name a binary instead");
    }
    let messages = String::from_utf8(output.stdout)?;
    let path =
        messages.lines().filter_map(|line| line.split_once(r#""executable":""#)?.1.split('"').next()).next_back();
    Ok(PathBuf::from(path.context("cargo built no executable")?))
}
