import Records

// Why items cannot be planned, done apart or merged. One factory a sentence; each is read in full
// by a case of the whole program.

extension RunFailure {
  static func noPlan(_ path: String) -> RunFailure {
    RunFailure(.inputMissing, "there is no plan '\(path)'; make it with 'sparsam plan'")
  }

  static func openPlan(_ path: String) -> RunFailure {
    RunFailure(
      .key,
      "the plan '\(path)' holds the secret of a run and must be a file of this user alone, with mode "
        + "0600; make a new one with 'sparsam plan', because others may have read it")
  }

  static func damagedPlan(_ path: String) -> RunFailure {
    RunFailure(
      .badInput,
      "the plan '\(path)' is damaged or was changed; make a new one with 'sparsam plan'")
  }

  static func planOfOtherVersion(_ path: String, _ version: String) -> RunFailure {
    RunFailure(
      .badInput,
      "the plan '\(path)' was made by sparsam \(version), and this is sparsam \(sparsamVersion); use "
        + "one version for plan, items and merge")
  }

  static func planOfOtherPipeline(_ path: String, _ pipeline: String) -> RunFailure {
    RunFailure(
      .usage,
      "the plan '\(path)' was made from another pipeline or another text of '\(pipeline)'; make a new "
        + "one with 'sparsam plan'")
  }

  static func planOfOtherDate(_ path: String, _ planned: CivilDate, _ asked: CivilDate)
    -> RunFailure
  {
    RunFailure(.usage, "the plan '\(path)' is for \(planned), and '--date' says \(asked)")
  }

  static func planIsNoReplay(_ path: String) -> RunFailure {
    RunFailure(
      .usage, "the plan '\(path)' is for real keys; say '--replay' to 'sparsam plan' for a replay")
  }

  static func noPlanToReplace(_ path: String) -> RunFailure {
    RunFailure(
      .cannotCreate, "'\(path)' exists and is no plan; nothing was changed: choose another '--plan'"
    )
  }

  static func unknownItem(_ name: String, _ path: String) -> RunFailure {
    RunFailure(
      .usage, "the plan '\(path)' has no item '\(name)'; 'sparsam plan' lists the names of items")
  }

  static func keyNotHere(_ key: ItemPlan.Key, _ path: String) -> RunFailure {
    RunFailure(
      .key,
      "key '\(key.name)' of epoch '\(key.epoch)' is missing: the plan was made with it, and there is "
        + "no '\(path)'; work with the state folder of the plan, or with a copy of its keys")
  }

  static func keyIsOther(_ key: ItemPlan.Key, _ path: String, found: String) -> RunFailure {
    RunFailure(
      .key,
      "key '\(key.name)' of epoch '\(key.epoch)' is not the plan's: '\(path)' has check \(found), and "
        + "the plan has \(key.check ?? "none"); work with the state folder of the plan, or with a copy "
        + "of its keys")
  }

  static func rightsAreOther(_ source: String) -> RunFailure {
    RunFailure(
      .badInput,
      "the lists of persons of source '\(source)', who objected or were forgotten, are not those of "
        + "the plan; give this machine the same lists, or make a new plan")
  }

  static let forgottenAreOther = RunFailure(
    .badInput,
    "persons were forgotten since the plan was made, and its items may hold their records; nothing was "
      + "published: make a new plan and do the items again")

  static func noPartialFolder(_ path: String) -> RunFailure {
    RunFailure(
      .inputMissing,
      "there is no folder of partials '\(path)'; 'sparsam run --item … --partial \(path)' makes it")
  }

  static func openPartialFolder(_ path: String) -> RunFailure {
    RunFailure(
      .cannotCreate,
      "the folder of partials '\(path)' must be this user's alone, with mode 0700: partials hold small "
        + "groups; choose another '--partial', or run 'chmod 0700' on it")
  }

  static func partialsInside(_ path: String, _ folder: String, _ what: String) -> RunFailure {
    RunFailure(
      .usage,
      "the folder of partials '\(path)' lies inside the \(what) folder '\(folder)'; choose another "
        + "'--partial'")
  }

  static func planInside(_ path: String, _ output: String) -> RunFailure {
    RunFailure(
      .usage,
      "the plan '\(path)' would lie inside the output folder '\(output)', and it holds a secret; choose "
        + "another '--plan'")
  }

  static func damagedPartial(_ path: String) -> RunFailure {
    RunFailure(
      .badInput,
      "the partial '\(path)' is damaged; nothing was published: delete it and run its item again")
  }

  static func partialOfOtherVersion(_ path: String) -> RunFailure {
    RunFailure(
      .badInput,
      "the partial '\(path)' was made by another version of sparsam; nothing was published: run its "
        + "item again with this one")
  }

  static func partialOfOtherRun(_ path: String) -> RunFailure {
    RunFailure(
      .badInput,
      "the partial '\(path)' belongs to another pipeline or date; nothing was published: take it away"
    )
  }

  static func partialOfOtherPlan(_ path: String) -> RunFailure {
    RunFailure(
      .badInput,
      "the partial '\(path)' was made under another plan; nothing was published: run its item again "
        + "under this one, or take it away")
  }

  static func partialOfOtherKey(
    _ path: String, key: String, found: String?, expected: String
  ) -> RunFailure {
    RunFailure(
      .key,
      "the partial '\(path)' was made under another key: \(key) has check \(found ?? "none") there, and "
        + "the plan has \(expected); nothing was published: run its item again with the plan's keys"
    )
  }

  static func twoPartials(of item: String, _ first: String, _ second: String) -> RunFailure {
    RunFailure(
      .badInput,
      "item '\(item)' has two partials, '\(first)' and '\(second)'; nothing was published: take one "
        + "away")
  }

  static func noPartials(of items: [String]) -> RunFailure {
    let which =
      items.count == 1 ? "'\(items[0])' has" : "'\(items[0])' and \(items.count - 1) more have"
    return RunFailure(
      .inputMissing,
      "item \(which) no partial; nothing was published: run it with 'sparsam run "
        + "--item' and merge again")
  }
}
