//! `cargo xtask training-archive`: all that trains a network, in one file for a machine with a GPU.

use crate::command::{self, Failure, root};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Most bytes of an archive.
const MOST_BYTES: u64 = 50 << 20;

/// What the archive of one network is made of.
struct Recipe {
    name: &'static str,
    /// Folder of scripts, which all go along.
    scripts: &'static str,
    /// The script among them that packs photos: called with their folder and the file to write.
    pack: &'static str,
    /// That script can be told how many clips to make.
    makes_clips: bool,
    /// Files of the repository and their names in the archive.
    files: &'static [(&'static str, &'static str)],
}

const RECIPES: [Recipe; 2] = [
    Recipe {
        name: "denoise",
        scripts: "training/denoise",
        pack: "pack.py",
        makes_clips: false,
        files: &[("plugins/denoise/weights/neural.bin", "data/start.bin")],
    },
    Recipe {
        name: "repair",
        scripts: "training/repair",
        pack: "pack.py",
        makes_clips: true,
        files: &[
            (
                "plugins/deartifact/weights/deartifact.bin",
                "data/start.bin",
            ),
            ("training/network.py", "network.py"),
            ("training/gate.py", "gate.py"),
            ("training/motion.py", "motion.py"),
            ("training/damage.py", "damage.py"),
            ("training/pictures.py", "pictures.py"),
        ],
    },
];

/// Makes `target/training-archive/NAME.tar.gz` from the network's name, a folder of photos, and where it learns
/// from clips, their number: few for a quick trial.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (recipe, photos, clips) = asked(arguments)?;
    let root = root();
    let all = root.join("target/training-archive");
    let folder = all.join(recipe.name);
    let data = folder.join("data");
    let failed = |error| format!("cannot write {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&data).map_err(failed)?;
    copy_scripts(&root.join(recipe.scripts), &folder)?;
    for (source, target) in recipe.files {
        let copied = fs::copy(root.join(source), folder.join(target));
        copied.map_err(|error| format!("cannot copy {source}: {error}"))?;
    }
    command::run(
        Command::new(std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into()))
            .arg(folder.join(recipe.pack))
            .arg(photos)
            .arg(data.join("photos.xz"))
            .args(clips.map(|clips| clips.to_string())),
    )?;
    let archive = all.join(format!("{}.tar.gz", recipe.name));
    command::run(
        Command::new("tar")
            .arg("-czf")
            .arg(&archive)
            .args(["--exclude", "__pycache__", "-C"])
            .arg(&all)
            .arg(recipe.name),
    )?;
    let bytes = fs::metadata(&archive).map_err(failed)?.len();
    check_size(bytes)?;
    println!("{}: {} KiB", archive.display(), bytes >> 10);
    Ok(())
}

/// Network, photos, and number of clips.
type Asked<'a> = (&'static Recipe, &'a Path, Option<u32>);

fn asked(arguments: &[String]) -> Result<Asked<'_>, Failure> {
    let names = RECIPES.map(|recipe| recipe.name).join(", ");
    let (name, photos, clips) = match arguments {
        [name, photos] => (name, photos, None),
        [name, photos, clips] => (name, photos, Some(clips)),
        _ => return Err(format!("say which network ({names}), then the folder of photos").into()),
    };
    let recipe = RECIPES.iter().find(|recipe| recipe.name == name);
    let recipe = recipe.ok_or_else(|| format!("no network '{name}'; there is {names}"))?;
    let clips = match clips {
        Some(_) if !recipe.makes_clips => {
            return Err(format!("{name} learns from photos, not from clips").into());
        }
        Some(clips) => Some(clips.parse().map_err(|_| format!("no number: '{clips}'"))?),
        None => None,
    };
    Ok((recipe, Path::new(photos), clips))
}

fn copy_scripts(from: &Path, to: &Path) -> Result<(), Failure> {
    let failed = |error| format!("cannot read {}: {error}", from.display());
    for entry in fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name)).map_err(failed)?;
        }
    }
    Ok(())
}

fn check_size(bytes: u64) -> Result<(), Failure> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(format!(
        "the archive has {} MiB, at most {} are wanted: give fewer photos",
        bytes >> 20,
        MOST_BYTES >> 20
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_network_and_photos_are_asked_for() {
        let given = words(&["denoise", "photos"]);
        let (recipe, photos, clips) = asked(&given).unwrap();
        assert_eq!((recipe.name, photos), ("denoise", Path::new("photos")));
        assert_eq!(clips, None);
        let given = words(&["repair", "photos", "4"]);
        assert_eq!(asked(&given).unwrap().2, Some(4));
        let wrong: [&[_]; 5] = [
            &["denoise"],
            &["other", "photos"],
            &[],
            &["denoise", "photos", "4"],
            &["repair", "photos", "many"],
        ];
        for wrong in wrong {
            assert!(asked(&words(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_a_recipe_names_is_there() {
        for recipe in RECIPES {
            let scripts = root().join(recipe.scripts);
            assert!(scripts.join(recipe.pack).is_file(), "{}", recipe.name);
            for (source, _) in recipe.files {
                assert!(root().join(source).is_file(), "{source}");
            }
        }
    }

    #[test]
    fn an_archive_of_more_than_50_mib_is_refused() {
        assert!(check_size(50 << 20).is_ok());
        assert!(check_size((50 << 20) + 1).is_err());
    }
}
