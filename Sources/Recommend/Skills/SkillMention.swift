/// A place in a text that names a skill.
struct SkillMention: Sendable, Equatable {
    /// Index in the vocabulary.
    let skill: Int
    /// In Unicode scalars of the text.
    let range: Range<Int>
    /// Whether the text says that the skill is not asked for ("no PHP").
    let isNegated: Bool
}

/// Finds the skills that a sentence names.
struct SkillFinder: Sendable {
    let vocabulary: SkillsVocabulary

    private static let negations: Set<String> = ["no", "not", "without", "non", "neither", "nor", "never"]

    /// The mentions in a sentence, left to right and without overlap; at each word the longest spelling wins.
    /// O(words × spellings that begin with the word).
    func mentions(in words: [Word]) -> [SkillMention] {
        var mentions: [SkillMention] = []
        let present = Set(words.map(\.text))
        var index = 0
        while index < words.count {
            if let form = longestForm(at: index, in: words, present) {
                let range = words[index].range.lowerBound..<words[index + form.words.count - 1].range.upperBound
                let isNegated = Self.isNegated(at: index, in: words)
                mentions.append(SkillMention(skill: form.skill, range: range, isNegated: isNegated))
                index += form.words.count
            } else {
                index += 1
            }
        }
        return mentions
    }

    private func longestForm(at index: Int, in words: [Word], _ present: Set<String>) -> SkillsVocabulary.Form? {
        for first in Self.numbers(of: words[index].text) {
            let form = vocabulary.forms(beginningWith: first).first { form in
                matches(form, at: index, in: words, first)
                    && (!form.isAmbiguous || hasEvidence(form, index, words, present))
            }
            if let form { return form }
        }
        return nil
    }

    private func matches(_ form: SkillsVocabulary.Form, at index: Int, in words: [Word], _ first: String) -> Bool {
        guard index + form.words.count <= words.count else { return false }
        let isProperName = vocabulary.skills[form.skill].kind.isProperName
        for (offset, expected) in form.words.enumerated() {
            // "product, design" is not Product Design.
            if offset > 0, !words[index + offset].continuesPhrase { return false }
            let word = words[index + offset].text
            if word == expected { continue }
            // Another number is accepted of the last word of a common noun only.
            guard !isProperName, offset == form.words.count - 1, Self.numbers(of: word).contains(expected) else {
                return false
            }
        }
        return true
    }

    /// An everyday word counts when it is written like the name inside a sentence, or when a word of its context is near.
    private func hasEvidence(_ form: SkillsVocabulary.Form, _ index: Int, _ words: [Word], _ present: Set<String>)
        -> Bool
    {
        let context = vocabulary.contexts[form.skill]
        let own = Set(form.words)
        if !context.isDisjoint(with: present.subtracting(own)) { return true }
        let text = words.map(\.text).joined(separator: " ")
        if context.contains(where: { $0.contains(" ") && text.contains($0) }) { return true }
        guard words[index].isCapitalized, form.words.count == 1 else { return false }
        // An item of a list that is little more than the name: "React", "Go (3+ years)".
        if index == 0 { return words.count == 1 || words.count <= 4 && Years.asked(in: words) != nil }
        guard form.words[0].count > 1 else { return false }
        // "Go" in the middle of a sentence; not where every word is capitalised, as in a heading.
        return !words.allSatisfy(\.isCapitalized)
    }

    /// Whether the words say that what stands at `index` is not asked for.
    static func isNegated(at index: Int, in words: [Word]) -> Bool {
        let before = words[max(0, index - 3)..<index].map(\.text)
        guard let at = before.lastIndex(where: negations.contains) else { return false }
        let next = at + 1 < before.endIndex ? before[at + 1] : ""
        return next != "only" && next != "just" && next != "limited"
    }

    /// The word and its other grammatical number.
    private static func numbers(of word: String) -> [String] {
        guard word.count > 3 else { return [word] }
        if word.hasSuffix("ies") { return [word, word.dropLast(3) + "y", String(word.dropLast())] }
        if word.hasSuffix("s"), !word.hasSuffix("ss") { return [word, String(word.dropLast())] }
        return [word, word + "s"]
    }
}
