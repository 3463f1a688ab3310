//! What goes along with a session broken: tags, source identity, MFA, names, durations.

use super::{
    scene::{Hands, Mutant, Scene, path, statement, statement_mut},
    text::{only, swap},
};
use rolecall_clients::At;
use rolecall_doctor::Code;
use rolecall_policy::PolicyType;
use serde_json::{Value, json};

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    companions(scene, out);
    asked_for(scene, out);
    dropped(scene, out);
    durations(scene, out);
    invalid(scene, out);
}

/// The actions that go along with a call lose their grant, on either side.
fn companions(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let asked = [("sts:TagSession", Code::TagSessionMissing), ("sts:SetSourceIdentity", Code::SourceIdentityMissing)];
    for (action, code) in asked {
        let Some(weighing) = scene.hop.weighings.iter().find(|weighing| &*weighing.action == action) else { continue };
        for policy in [PolicyType::Resource, PolicyType::Identity] {
            if policy == PolicyType::Identity && !scene.needs_identity() {
                continue;
            }
            let granted = weighing.decision.trace.iter();
            let granted = granted
                .filter(|step| step.document.policy == policy && !step.denies && step.matched())
                .map(|step| usize::from(step.statement))
                .next()
                .unwrap();
            let file = match policy {
                PolicyType::Resource => scene.trust_file(),
                _ => scene.grant(policy).unwrap().0,
            };
            let document = scene.json(&file);
            let actions = statement(&document, granted)["Action"].clone();
            let others = |action: &str| match action {
                "sts:TagSession" => json!(["sts:AssumeRole", "sts:SetSourceIdentity"]),
                _ => json!(["sts:AssumeRole", "sts:TagSession"]),
            };
            let kept = match actions.as_str() {
                Some("sts:*") => others(action),
                Some(_) => json!([]),
                None => json!(actions.as_array().unwrap().iter().filter(|known| **known != action).collect::<Vec<_>>()),
            };
            let lose = |document: &mut Value| match kept.as_array().unwrap().is_empty() {
                true => drop(document["Statement"].as_array_mut().unwrap().remove(granted)),
                false => statement_mut(document, granted)["Action"] = kept.clone(),
            };
            // The place is the statement that lets the role be assumed, where this is to be allowed as well.
            let letting_in = match policy {
                PolicyType::Resource => scene.trust_statement(),
                _ => scene.grant(policy).unwrap().1,
            };
            let mut changed = document.clone();
            lose(&mut changed);
            let number = letting_in.to_string();
            let mut at = path(&changed, &number, &["Action"]);
            if statement(&changed, letting_in)["Action"].is_array() {
                at.push("0");
            }
            let changed = scene.with(&file, &at, lose);
            let what = format!("the {} loses {action}", policy.name());
            // What was handed on cannot be left out, and what a condition asks for neither.
            let conditions = scene.files[&scene.trust_file()].contains("aws:RequestTag")
                || scene.files[&scene.trust_file()].contains("sts:SourceIdentity\"");
            let hands = match policy {
                PolicyType::Identity => Hands::Own,
                _ if !conditions && scene.name != "tags/chained#1" => Hands::Own,
                _ => scene.of_target(),
            };
            out.push(scene.mutant(&what, code, changed, hands));
        }
    }
}

/// The call begins to tag its session, or to name a source identity, and nobody allows it.
fn asked_for(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    // Where policies that limit do not allow it either, more than one thing would be broken.
    let limited = scene.name.starts_with("guarded/") || scene.name.starts_with("organization/");
    if scene.call.assume.is_none() || !scene.hop.own || limited {
        return;
    }
    let allowed = |action: &str| {
        let trust = &scene.files[&scene.trust_file()];
        trust.contains(action) || trust.contains("\"sts:*\"")
    };
    let document = scene.json(&scene.trust_file());
    let number = scene.trust_statement().to_string();
    let mut at = path(&document, &number, &["Action"]);
    if statement(&document, scene.trust_statement())["Action"].is_array() {
        at.push("0");
    }
    let table = scene.call_table();
    if !allowed("sts:TagSession") && scene.call.tags.is_empty() && !scene.rests(2, 0) {
        let (mut files, spot) = scene.with(&scene.trust_file(), &at, |_| ());
        table.set(&mut files, "tags", "{ team = \"one\", stage = \"test\" }");
        out.push(scene.mutant("the call tags its session", Code::TagSessionMissing, (files, spot), Hands::Own));
    }
    if !allowed("sts:SetSourceIdentity") && scene.call.source_identity.is_none() && !scene.rests(2, 1) {
        let (mut files, spot) = scene.with(&scene.trust_file(), &at, |_| ());
        table.set(&mut files, "source_identity", "\"somebody\"");
        out.push(scene.mutant("the call names itself", Code::SourceIdentityMissing, (files, spot), Hands::Own));
    }
}

/// What a condition asks for is no longer sent, or sent otherwise: in the call, or in the profile that makes it.
fn dropped(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let file = scene.trust_file();
    let document = scene.json(&file);
    let index = scene.trust_statement();
    let number = index.to_string();
    let Some(block) = statement(&document, index)["Condition"].as_object() else { return };
    for (operator, keys) in block {
        for key in keys.as_object().unwrap().keys() {
            let (parameter, code, wrong) = match key.as_str() {
                "sts:ExternalId" => ("external_id", Code::ExternalIdMismatch, "nobody/1"),
                "sts:RoleSessionName" => ("session_name", Code::ConditionMismatch, "lee"),
                "sts:SourceIdentity" => ("source_identity", Code::SourceIdentityMissing, "kelly"),
                "aws:MultiFactorAuthPresent" => ("mfa", Code::MfaMissing, ""),
                "aws:RequestTag/project" => ("tags", Code::ConditionMismatch, "{ project = \"vostok\" }"),
                _ => continue,
            };
            let at = path(&document, &number, &["Condition", operator, key]);
            let of_profile = match (scene.hop.own, parameter) {
                (true, _) => None,
                (false, "mfa") => Some("mfa_serial"),
                (false, parameter) => Some(parameter),
            };
            let mut variants: Vec<(String, crate::support::Files)> = Vec::new();
            let mut add = |what: String, edit: &dyn Fn(&mut crate::support::Files)| {
                let mut files = scene.with(&file, &at, |_| ()).0;
                edit(&mut files);
                variants.push((what, files));
            };
            match of_profile {
                None => {
                    let table = scene.call_table();
                    if parameter != "session_name" {
                        add(format!("{parameter} is not sent"), &|files| {
                            table.remove(files, parameter);
                            if parameter == "tags" && table.text(files).contains("transitive_tag_keys") {
                                table.remove(files, "transitive_tag_keys");
                            }
                        });
                    }
                    if !wrong.is_empty() {
                        let value = if wrong.starts_with('{') { wrong.to_owned() } else { format!("\"{wrong}\"") };
                        add(format!("another {parameter} is sent"), &|files| {
                            table.set(files, parameter, &value);
                            if parameter == "tags" && table.text(files).contains("transitive_tag_keys") {
                                table.remove(files, "transitive_tag_keys");
                            }
                        });
                    }
                }
                Some(setting) => {
                    let (config, line) = setting_line(scene, setting);
                    add(format!("{setting} is not set"), &|files| swap(files, &config, &line, ""));
                    if !wrong.is_empty() {
                        let name = line.split('=').next().unwrap();
                        let new = format!("{name}={wrong}\n");
                        add(format!("{setting} is another"), &|files| swap(files, &config, &line, &new));
                    }
                }
            }
            for (what, files) in variants {
                let spot = (file.clone(), super::text::json_line(&files[&file], &at));
                out.push(scene.mutant(&what, code, (files, spot), sent(scene, key, &what)));
            }
        }
    }
    user_id(scene, out);
}

/// A pattern is filled with what is there; with nothing it is nobody's to guess.
fn sent(scene: &Scene<'_>, key: &str, what: &str) -> Hands {
    let pattern = key == "sts:ExternalId" && scene.files[&scene.trust_file()].contains("StringLike");
    let nothing = pattern && what.contains(" not ");
    if nothing { Hands::Others("which external id was agreed on stands nowhere") } else { Hands::Own }
}

/// The line of a setting in the profile that makes the hop.
fn setting_line(scene: &Scene<'_>, setting: &str) -> (String, String) {
    let file = scene.world.files.path(scene.call.config.unwrap().file).to_owned();
    let heading = format!("[profile {}]", scene.hop.hop.profile.as_ref().unwrap());
    let text = &scene.files[&file];
    let section = &text[text.find(&heading).unwrap()..];
    let line = section.split_inclusive('\n').find(|line| line.starts_with(setting)).unwrap();
    (file, line.to_owned())
}

/// The session before is no longer called what the user id says.
fn user_id(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let file = scene.trust_file();
    if !scene.files[&file].contains("aws:userid") {
        return;
    }
    for (what, new) in [("has no name", ""), ("has another name", "role_session_name = tanaka\n")] {
        let mut files = scene.files.clone();
        swap(&mut files, "aws/config", "role_session_name = my-session\n", new);
        let at = only(&files, &file, "\"aws:userid\"");
        out.push(scene.mutant(&format!("the calling session {what}"), Code::UserIdMismatch, (files, at), Hands::Own));
    }
}

fn durations(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    let target = scene.target();
    let (limit, over) = if scene.by_user() { (target.max_session_duration, 43_200) } else { (3600, 7200) };
    let over = if limit >= over { None } else { Some(over) };
    // By the call.
    if scene.hop.own {
        if let Some(over) = over {
            let mut files = scene.files.clone();
            scene.call_table().set(&mut files, "duration_seconds", &over.to_string());
            let at = scene.call_table().at(&files, "duration_seconds");
            out.push(scene.mutant("the call asks for too long", Code::DurationOverLimit, (files, at), Hands::Own));
        }
    } else if let (Some(over), At::Config(_)) = (over, scene.hop.hop.at) {
        let file = scene.world.files.path(scene.call.config.unwrap().file).to_owned();
        let mut files = scene.files.clone();
        let heading = format!("[profile {}]\n", scene.hop.hop.profile.as_ref().unwrap());
        let text = files.get_mut(&file).unwrap();
        *text = text.replace("duration_seconds=7200\n", "");
        swap(&mut files, &file, &heading, &format!("{heading}duration_seconds = {over}\n"));
        let at = only(&files, &file, &format!("duration_seconds = {over}"));
        out.push(scene.mutant("the profile asks for too long", Code::DurationOverLimit, (files, at), Hands::Own));
    }
    // By the role.
    if limit > 3600 && scene.by_user() {
        let mut files = scene.files.clone();
        scene.target_table().remove(&mut files, "max_session_duration");
        let at = match scene.hop.own {
            true => scene.call_table().at(&files, "duration_seconds"),
            false => {
                let file = scene.world.files.path(scene.call.config.unwrap().file).to_owned();
                only(&files, &file, "duration_seconds")
            }
        };
        out.push(scene.mutant("the role's sessions are shorter", Code::DurationOverLimit, (files, at), Hands::Own));
    }
}

/// What STS does not take, whoever asks.
fn invalid(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if !scene.hop.own || scene.call.tags.is_empty() {
        return;
    }
    let table = scene.call_table();
    let mut files = scene.files.clone();
    table.set(&mut files, "transitive_tag_keys", "[\"absent\"]");
    let at = table.at(&files, "transitive_tag_keys");
    out.push(scene.mutant("a transitive tag that is none", Code::ParameterInvalid, (files, at), Hands::Own));

    // Nothing that can be packed well.
    let mut state = 1_u64;
    let mut noise = || {
        let letters = (0..250).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"[(state >> 58) as usize])
        });
        letters.collect::<String>()
    };
    let many: Vec<String> = (0..50).map(|number| format!("k{number} = \"{}\"", noise())).collect();
    let mut files = scene.files.clone();
    table.set(&mut files, "tags", &format!("{{ project = \"apollo\", {} }}", many[1..].join(", ")));
    let at = table.at(&files, "assume");
    out.push(scene.mutant("more tags than there is room for", Code::PackedPolicyTooLarge, (files, at), Hands::Own));
}
