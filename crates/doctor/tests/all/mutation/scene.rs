//! One `AssumeRole` of a whole world, with everything that a breaking has to know of it.

use super::text::{Layout, Spot, Table, json_line, laid_out};
use crate::support::{Files, now};
use rolecall_doctor::{Case, Code, HopRun, Run};
use rolecall_policy::PolicyType;
use rolecall_world::{Call, Endpoint, Entity, Place, Role, Subnet, Vpc, World};
use serde_json::{Value, json};

/// Who can mend what was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hands {
    /// The caller's own side, among others perhaps.
    Own,
    /// Others alone, and why.
    Others(&'static str),
}

/// A world with one thing broken.
#[derive(Debug, Clone)]
pub(super) struct Mutant {
    pub(super) name: String,
    pub(super) files: Files,
    pub(super) call: String,
    pub(super) code: Code,
    pub(super) at: Spot,
    pub(super) hands: Hands,
}

/// One `AssumeRole` of a whole world.
pub(super) struct Scene<'s> {
    pub(super) name: String,
    pub(super) files: &'s Files,
    pub(super) world: &'s World,
    pub(super) call: &'s Call,
    pub(super) run: &'s Run<'s>,
    pub(super) hop: &'s HopRun,
    /// Its number among all scenes, by which they take turns.
    pub(super) turn: usize,
}

/// Every `AssumeRole` of a world, its calls run once.
pub(super) fn scenes(
    name: &str,
    files: &Files,
    world: &World,
    first: usize,
    mut each: impl FnMut(&Scene<'_>),
) -> usize {
    let case = Case::new(world, now()).unwrap();
    let mut turn = first;
    for call in
        world.calls.iter().filter(|call| call.expect.as_ref().unwrap().value == rolecall_world::Expectation::Allowed)
    {
        let run = case.run(call, None).unwrap();
        for (index, hop) in run.hops.iter().enumerate() {
            let name = match run.hops.len() {
                1 => format!("{name}/{}", &*call.name.value),
                _ => format!("{name}/{}#{index}", &*call.name.value),
            };
            each(&Scene { name, files, world, call, run: &run, hop, turn });
            turn += 1;
        }
    }
    turn
}

impl<'s> Scene<'s> {
    pub(super) fn target(&self) -> &'s Role {
        let arn = rolecall_names::Arn::parse(&self.hop.hop.role_arn.value).unwrap();
        let (_, _, name) = arn.kind_path_name().unwrap();
        let account = arn.account_id().unwrap();
        let mut roles = self.world.roles.iter();
        roles.find(|role| role.entity.account.value == account && &**role.entity.name == name).unwrap()
    }

    /// The caller's role or user.
    pub(super) fn caller(&self) -> &'s Entity {
        let id = self.hop.caller.user_id.split(':').next().unwrap();
        let roles = self.world.roles.iter().map(|role| &role.entity);
        let mut all = roles.chain(self.world.users.iter().map(|user| &user.entity));
        all.find(|entity| entity.id.as_str() == id).unwrap()
    }

    pub(super) fn by_user(&self) -> bool {
        !self.hop.caller.user_id.contains(':')
    }

    pub(super) fn place(&self) -> &'s Place {
        self.run.place
    }

    pub(super) fn place_table(&self) -> Table {
        Table::new("[[place]]", "name", &self.place().name.value)
    }

    pub(super) fn call_table(&self) -> Table {
        Table::new("[[call]]", "name", &self.call.name.value)
    }

    /// The table of a role or user; names in the tests' worlds are told apart by the line that names trust or policies.
    pub(super) fn caller_table(&self) -> Table {
        entity_table(self.world, self.caller(), if self.by_user() { "[[user]]" } else { "[[role]]" })
    }

    pub(super) fn target_table(&self) -> Table {
        entity_table(self.world, &self.target().entity, "[[role]]")
    }

    pub(super) fn file(&self, policy: &rolecall_world::Policy) -> String {
        self.world.files.path(policy.file).to_owned()
    }

    pub(super) fn trust_file(&self) -> String {
        self.file(&self.target().trust)
    }

    pub(super) fn cross(&self) -> bool {
        self.target().entity.account.value != self.caller().account.value
    }

    /// The file and statement of a type that lets `sts:AssumeRole` in.
    pub(super) fn grant(&self, policy: PolicyType) -> Option<(String, usize)> {
        self.grants(policy).into_iter().next()
    }

    /// The same at each level; all but control policies have one.
    pub(super) fn grants(&self, policy: PolicyType) -> Vec<(String, usize)> {
        let weighing = &self.hop.weighings[0];
        let steps = weighing.decision.trace.iter();
        let steps = steps.filter(|step| step.document.policy == policy && !step.denies && step.matched());
        let mut levels = Vec::new();
        let grants = steps.filter_map(|step| {
            if levels.contains(&step.document.level) {
                return None;
            }
            levels.push(step.document.level);
            // Trust policies are kept with unique ids in them; the others as they stand.
            let text = weighing.document(step.document)?.text();
            let file = match policy {
                PolicyType::Resource => self.trust_file(),
                _ => self.files.iter().find(|(_, known)| *known == text)?.0.clone(),
            };
            Some((file, usize::from(step.statement)))
        });
        grants.collect()
    }

    pub(super) fn trust_statement(&self) -> usize {
        self.grant(PolicyType::Resource).unwrap().1
    }

    /// Whether the caller's own policies have to allow it.
    pub(super) fn needs_identity(&self) -> bool {
        use rolecall_policy::DecidedBy::Policy;
        self.cross() || self.hop.weighings[0].decision.decided_by == Policy(PolicyType::Identity)
    }

    /// Whether boundary and session policy have to allow it: not where the trust policy names the user, the session
    /// or everybody in the same account.
    pub(super) fn is_limited(&self) -> bool {
        if self.needs_identity() {
            return true;
        }
        let document = self.json(&self.trust_file());
        let principal = statement(&document, self.trust_statement())["Principal"].to_string();
        principal.contains(&format!("\"{}\"", self.hop.caller.principal_arn)) && !self.by_user()
    }

    pub(super) fn vpc(&self) -> Option<&'s Vpc> {
        self.world.vpc(&self.subnet()?.vpc.value)
    }

    pub(super) fn subnet(&self) -> Option<&'s Subnet> {
        self.world.subnet(&self.place().subnet.as_ref()?.value)
    }

    /// The VPC endpoint that the call comes through.
    pub(super) fn endpoint(&self) -> Option<&'s Endpoint> {
        self.world.endpoints.get(self.hop.journey.ended.as_ref().unwrap().vpc_endpoint?)
    }

    pub(super) fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.files[file]).unwrap()
    }

    /// Whether it is another scene's turn: like breakings are shared out among like scenes, so that no run takes for ever.
    pub(super) fn rests(&self, among: usize, place: usize) -> bool {
        self.turn % among != place
    }

    /// Layouts take turns, most files being wide.
    pub(super) fn layout(&self) -> Layout {
        match self.turn % 5 {
            3 => Layout::Narrow,
            4 => Layout::Foreign,
            _ => Layout::Wide,
        }
    }

    /// The files with one policy changed by `change`, and the line of the end of `path` in it.
    pub(super) fn with(&self, file: &str, path: &[&str], change: impl FnOnce(&mut Value)) -> (Files, Spot) {
        let mut document = self.json(file);
        change(&mut document);
        let text = laid_out(&document, self.layout());
        let at = (file.to_owned(), json_line(&text, path));
        let mut files = self.files.clone();
        files.insert(file.to_owned(), text);
        (files, at)
    }

    pub(super) fn mutant(&self, what: &str, code: Code, (files, at): (Files, Spot), hands: Hands) -> Mutant {
        let name = format!("{}: {what}", self.name);
        Mutant { name, files, call: self.call.name.to_string(), code, at, hands }
    }

    /// Whose a change of the trust policy is.
    pub(super) fn of_target(&self) -> Hands {
        if self.cross() { Hands::Others("the trust policy is the other account's") } else { Hands::Own }
    }
}

fn entity_table(world: &World, entity: &Entity, heading: &str) -> Table {
    let account = world.accounts.iter().find(|account| account.id.value == entity.account.value).unwrap();
    // Its first two lines together are its own: the account and the name.
    Table(heading.to_owned(), format!("account = \"{}\"\nname = \"{}\"", &*account.name.value, &**entity.name))
}

/// The statement at that place, whether they are a list or not.
pub(super) fn statement(document: &Value, index: usize) -> &Value {
    let all = &document["Statement"];
    if all.is_array() { &all[index] } else { all }
}

pub(super) fn statement_mut(document: &mut Value, index: usize) -> &mut Value {
    let all = &mut document["Statement"];
    if all.is_array() { &mut all[index] } else { all }
}

/// The path of a member of a statement.
pub(super) fn path<'p>(document: &Value, index: &'p str, rest: &[&'p str]) -> Vec<&'p str> {
    let mut path = vec!["Statement"];
    if document["Statement"].is_array() {
        path.push(index);
    }
    path.extend(rest);
    path
}

/// Adds a statement at the end, of a single one making a list; its place.
pub(super) fn push_statement(document: &mut Value, new: Value) -> usize {
    if !document["Statement"].is_array() {
        document["Statement"] = json!([document["Statement"].take()]);
    }
    let all = document["Statement"].as_array_mut().unwrap();
    all.push(new);
    all.len() - 1
}
