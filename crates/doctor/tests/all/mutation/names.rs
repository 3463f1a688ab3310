//! Names that lead nowhere: roles, keys, profiles.

use super::{
    scene::{Hands, Mutant, Scene},
    text::{only, swap},
};
use rolecall_clients::At;
use rolecall_doctor::Code;

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    assumed(scene, out);
    renamed(scene, out);
    keys(scene, out);
}

/// A slip of the pen in the ARN.
fn assumed(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.rests(2, 0) {
        return;
    }
    let arn = scene.hop.hop.role_arn.value.as_str();
    let name = arn.rsplit('/').next().unwrap();
    let path = &arn[..arn.len() - name.len()];
    let wrong = match scene.turn / 2 % 4 {
        0 => format!("{path}{name}x"),
        1 => format!("{path}{}", &name[..name.len() - 1]),
        2 => format!("{path}{}{}", name[..1].to_uppercase(), &name[1..]),
        _ => format!("{path}ops/{name}"),
    };
    let mut files = scene.files.clone();
    let at = match scene.hop.hop.at {
        At::Config(_) => {
            let file = scene.world.files.path(scene.call.config.unwrap().file).to_owned();
            let text = files.get_mut(&file).unwrap();
            // Of profiles that lead to the same role, this one.
            *text = text.replacen(arn, &wrong, 1);
            only(&files, &file, &wrong)
        }
        _ => {
            scene.call_table().set(&mut files, "assume", &format!("\"{wrong}\""));
            scene.call_table().at(&files, "assume")
        }
    };
    out.push(scene.mutant("the role's name is misspelt", Code::RoleMissing, (files, at), Hands::Own));
}

/// The role is there no more; another has come in its place.
fn renamed(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let target = scene.target();
    // A role that others name cannot go without them.
    let named = scene
        .files
        .values()
        .filter(|text| text.contains("\"AWS\""))
        .any(|text| text.contains(&scene.hop.hop.role_arn.value));
    let hands_out = scene
        .world
        .places
        .iter()
        .any(|place| place.role.as_ref().is_some_and(|role| *role.value == **target.entity.name));
    if named || hands_out || scene.rests(2, 1) {
        return;
    }
    let mut files = scene.files.clone();
    let table = scene.target_table();
    let name = &**target.entity.name;
    if scene.turn.is_multiple_of(2) {
        table.set(&mut files, "name", &format!("\"{name}-2\""));
    } else {
        table.set(&mut files, "path", "\"/moved/\"");
    }
    let at = match scene.hop.hop.at {
        At::Config(_) => {
            let file = scene.world.files.path(scene.call.config.unwrap().file).to_owned();
            only(&files, &file, &format!("{}\n", scene.hop.hop.role_arn.value))
        }
        _ => scene.call_table().at(&files, "assume"),
    };
    let hands = match scene.name.as_str() {
        "organization/billing" => Hands::Others("the service control policy allows the role by its name"),
        _ => Hands::Own,
    };
    out.push(scene.mutant("the role was renamed", Code::RoleMissing, (files, at), hands));
}

/// Keys that nobody has, and secrets that belong to others.
fn keys(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let Some(credentials) = scene.call.credentials.filter(|_| scene.by_user()) else { return };
    let file = scene.world.files.path(credentials.file).to_owned();
    let users = &scene.world.users;
    let user = users.iter().find(|user| user.entity.id == scene.caller().id).unwrap();
    let key = user.access_key.as_ref().unwrap();
    let mut files = scene.files.clone();
    swap(&mut files, &file, key.id.value.as_str(), "AKIANOBODYNOBODY0000");
    let at = only(&files, &file, "AKIANOBODYNOBODY0000");
    out.push(scene.mutant("the access key is nobody's", Code::AccessKeyUnknown, (files, at), Hands::Own));
    let mut files = scene.files.clone();
    swap(&mut files, &file, key.secret.reveal(), "AnotherSecretThatOpensNothingAtAll000000");
    let at = only(&files, &file, "AnotherSecretThatOpensNothingAtAll000000");
    out.push(scene.mutant("the secret is another key's", Code::AccessKeyUnknown, (files, at), Hands::Own));
}
