//! A disk as POSIX promises it: what was not synced may be lost, in any part.
//!
//! A file's bytes last once the file was synced; a name lasts once its directory was synced, whatever became of the file.
//! A failed sync leaves what it was to write lost for good, as Linux does: a later sync that succeeds says nothing of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::trace::{Call, Change};
use crate::numbers::Numbers;

/// What a power cut takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// Nothing: what a killed process leaves.
    Nothing,
    /// All that was not synced.
    All,
    /// Bytes that were not synced; the names stand, over files that are empty or end early.
    Bytes,
    /// The same, and where bytes should be there are zeros.
    BytesToZeros,
    /// Names that were not synced.
    Names,
    /// Any part, by chance.
    Any(u64),
}

#[derive(Debug, Clone)]
enum Edit {
    Write(usize, Vec<u8>),
    Resize(usize),
}

#[derive(Debug, Clone, Default)]
struct File {
    lasting: Vec<u8>,
    seen: Vec<u8>,
    pending: Vec<Edit>,
}

#[derive(Debug, Clone, Default)]
struct Directory {
    lasting: BTreeMap<String, usize>,
    seen: BTreeMap<String, usize>,
    /// Names that came, changed or went, in their order.
    pending: Vec<(String, Option<usize>)>,
}

#[derive(Debug, Clone)]
enum Node {
    File(File),
    Directory(Directory),
}

/// A directory of files with all that a power cut could make of it.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    /// The watched directory is the first.
    nodes: Vec<Node>,
}

/// What lies in a directory: paths to bytes, `None` for a directory.
pub(super) type Listing = BTreeMap<String, Option<Vec<u8>>>;

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(offset, written) => {
                if bytes.len() < offset + written.len() {
                    bytes.resize(offset + written.len(), 0);
                }
                bytes[*offset..offset + written.len()].copy_from_slice(written);
            }
            Self::Resize(length) => bytes.resize(*length, 0),
        }
    }
}

impl File {
    fn edit(&mut self, edit: Edit) {
        edit.apply(&mut self.seen);
        self.pending.push(edit);
    }

    fn after(&self, loss: Loss, chance: &mut Numbers) -> Vec<u8> {
        let mut bytes = self.lasting.clone();
        match loss {
            Loss::Nothing | Loss::Names => return self.seen.clone(),
            Loss::All | Loss::Bytes => {}
            Loss::BytesToZeros => {
                if bytes.len() < self.seen.len() {
                    bytes.resize(self.seen.len(), 0);
                }
            }
            Loss::Any(_) => {
                for edit in &self.pending {
                    match (chance.below(4), edit) {
                        (0 | 1, edit) => edit.apply(&mut bytes),
                        (2, Edit::Write(offset, written)) => {
                            let part = written[..chance.below(written.len() as u64 + 1) as usize].to_vec();
                            Edit::Write(*offset, part).apply(&mut bytes);
                        }
                        _ => {}
                    }
                }
            }
        }
        bytes
    }
}

impl Directory {
    fn change(&mut self, name: &str, node: Option<usize>) {
        match node {
            Some(node) => self.seen.insert(name.to_owned(), node),
            None => self.seen.remove(name),
        };
        self.pending.push((name.to_owned(), node));
    }

    fn after(&self, loss: Loss, chance: &mut Numbers) -> BTreeMap<String, usize> {
        match loss {
            Loss::Nothing | Loss::Bytes | Loss::BytesToZeros => self.seen.clone(),
            Loss::All | Loss::Names => self.lasting.clone(),
            Loss::Any(_) => {
                let mut names = self.lasting.clone();
                for (name, node) in &self.pending {
                    // Each name by itself, and in its own order.
                    if chance.below(2) == 0 {
                        match node {
                            Some(node) => names.insert(name.clone(), *node),
                            None => names.remove(name),
                        };
                    }
                }
                names
            }
        }
    }
}

impl Disk {
    /// A directory as it is, all of it synced.
    pub(super) fn of(path: &Path) -> Self {
        let mut disk = Self { nodes: Vec::new() };
        disk.take(path);
        disk
    }

    fn take(&mut self, path: &Path) -> usize {
        let own = self.nodes.len();
        if path.is_dir() {
            self.nodes.push(Node::Directory(Directory::default()));
            for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
                let name = entry.file_name().into_string().unwrap();
                if is_watched(&name) {
                    let child = self.take(&entry.path());
                    let directory = self.directory(own);
                    directory.seen.insert(name.clone(), child);
                    directory.lasting.insert(name, child);
                }
            }
        } else {
            let bytes = fs::read(path).unwrap();
            self.nodes.push(Node::File(File { lasting: bytes.clone(), seen: bytes, pending: Vec::new() }));
        }
        own
    }

    fn directory(&mut self, node: usize) -> &mut Directory {
        match &mut self.nodes[node] {
            Node::Directory(directory) => directory,
            Node::File(_) => panic!("a file where a directory should be"),
        }
    }

    fn find(&self, path: &str) -> usize {
        let names = path.split('/').filter(|name| !name.is_empty() && *name != ".");
        names.fold(0, |node, name| match &self.nodes[node] {
            Node::Directory(directory) => {
                *directory.seen.get(name).unwrap_or_else(|| panic!("{path} came into being unseen"))
            }
            Node::File(_) => panic!("{path} lies in a file"),
        })
    }

    fn file(&mut self, path: &str) -> &mut File {
        let node = self.find(path);
        match &mut self.nodes[node] {
            Node::File(file) => file,
            Node::Directory(_) => panic!("{path} is a directory"),
        }
    }

    fn rename(&mut self, path: &str, node: Option<usize>) {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.find(parent);
        self.directory(parent).change(name, node);
    }

    /// Does what a call did.
    pub(super) fn apply(&mut self, call: &Call) {
        if call.error != 0 {
            if let Change::Sync(path) = &call.change {
                let node = self.find(path);
                if let Node::File(file) = &mut self.nodes[node] {
                    // The pages count as clean from now on: nothing will write them.
                    file.pending.clear();
                }
            }
            return;
        }
        match &call.change {
            Change::Output => {}
            Change::Create(path) => {
                let node = self.nodes.len();
                self.nodes.push(Node::File(File::default()));
                self.rename(path, Some(node));
            }
            Change::MakeDirectory(path) => {
                let node = self.nodes.len();
                self.nodes.push(Node::Directory(Directory::default()));
                self.rename(path, Some(node));
            }
            Change::Resize(path, length) => self.file(path).edit(Edit::Resize(*length)),
            Change::Write(path, offset, bytes) => self.file(path).edit(Edit::Write(*offset, bytes.clone())),
            Change::Rename(from, to) => {
                let node = self.find(from);
                self.rename(to, Some(node));
                self.rename(from, None);
            }
            Change::Link(from, to) => {
                let node = self.find(from);
                self.rename(to, Some(node));
            }
            Change::Unlink(path) | Change::RemoveDirectory(path) => self.rename(path, None),
            Change::Sync(path) => {
                let node = self.find(path);
                match &mut self.nodes[node] {
                    Node::File(file) => {
                        let File { lasting, pending, .. } = file;
                        pending.drain(..).for_each(|edit| edit.apply(lasting));
                    }
                    Node::Directory(directory) => {
                        directory.lasting.clone_from(&directory.seen);
                        directory.pending.clear();
                    }
                }
            }
        }
    }

    /// What a power cut may leave.
    pub(super) fn after(&self, loss: Loss) -> Listing {
        let mut chance = Numbers::new(if let Loss::Any(seed) = loss { seed } else { 1 });
        let mut listing = Listing::new();
        self.list(0, "", loss, &mut chance, &mut listing);
        listing
    }

    fn list(&self, node: usize, path: &str, loss: Loss, chance: &mut Numbers, listing: &mut Listing) {
        match &self.nodes[node] {
            Node::File(file) => {
                listing.insert(path.to_owned(), Some(file.after(loss, chance)));
            }
            Node::Directory(directory) => {
                if !path.is_empty() {
                    listing.insert(path.to_owned(), None);
                }
                for (name, child) in directory.after(loss, chance) {
                    let path = if path.is_empty() { name } else { format!("{path}/{name}") };
                    self.list(child, &path, loss, chance, listing);
                }
            }
        }
    }

    /// Whether a file would be there after a power cut, with all of its bytes.
    pub(super) fn lasts(&self, path: &str) -> bool {
        let mut node = 0;
        for name in path.split('/') {
            let Node::Directory(directory) = &self.nodes[node] else { return false };
            match (directory.lasting.get(name), directory.seen.get(name)) {
                (Some(lasting), Some(seen)) if lasting == seen => node = *lasting,
                _ => return false,
            }
        }
        match &self.nodes[node] {
            Node::File(file) => file.lasting == file.seen,
            Node::Directory(_) => true,
        }
    }

    /// A file's bytes as processes see them.
    pub(super) fn bytes(&self, path: &str) -> &[u8] {
        match &self.nodes[self.find(path)] {
            Node::File(file) => &file.seen,
            Node::Directory(_) => panic!("{path} is a directory"),
        }
    }
}

/// SQLite's shared memory and the socket are made anew by whoever opens the directory.
fn is_watched(name: &str) -> bool {
    !name.ends_with("-shm") && std::path::Path::new(name).extension().is_none_or(|ending| ending != "sock")
}

/// Writes a listing into a directory, which is made anew.
pub(super) fn restore(listing: &Listing, to: &Path) {
    if to.is_dir() {
        fs::remove_dir_all(to).unwrap();
    }
    fs::create_dir(to).unwrap();
    for (path, bytes) in listing {
        match bytes {
            None => fs::create_dir(to.join(path)).unwrap(),
            Some(bytes) => fs::write(to.join(path), bytes).unwrap(),
        }
    }
}

/// What lies in a directory now.
pub(super) fn listing(path: &Path) -> Listing {
    Disk::of(path).after(Loss::Nothing)
}
