/// A skill as needs and questions are compared by it.
enum SkillKey: Hashable, Sendable {
    /// One of the vocabulary, by index.
    case known(Int)
    /// A tag that questions carry and the vocabulary does not have, in the form in which names are compared.
    case tag(String)
}

extension Need.Kind {
    /// nil for a duty.
    var skill: SkillKey? {
        switch self {
        case .skill(let index): .known(index)
        case .tag(let tag): .tag(tag)
        case .duty: nil
        }
    }
}

extension SkillsVocabulary {
    /// What a name stands for; nil for one without a word.
    func skillKey(of name: String) -> SkillKey? {
        if let index = index(of: name) { return .known(index) }
        let key = Self.key(name)
        return key.isEmpty ? nil : .tag(key)
    }

    /// As for skills of the vocabulary; a tag of the bank's own is near to itself alone.
    func nearness(of other: SkillKey, to skill: SkillKey) -> Double {
        if case .known(let other) = other, case .known(let skill) = skill { return nearness(of: other, to: skill) }
        return other == skill ? 1 : 0
    }

    /// As for skills of the vocabulary.
    func near(_ skill: SkillKey) -> [(skill: SkillKey, nearness: Double)] {
        guard case .known(let index) = skill else { return [(skill, 1)] }
        return near(index).map { (.known($0.skill), $0.nearness) }
    }
}
