public import Catalog

/// Finds the skills that a question tests from its words, for questions that come without any.
///
/// A question often tests a skill that it does not name: "What is a closure?" is about JavaScript. So terms of a skill count
/// besides its names.
public struct SkillInference: Sendable {
    /// A term, as words, and the skills it tells of.
    private struct Term: Sendable {
        let words: [String]
        var skills: [Int]
    }

    private let vocabulary: SkillsVocabulary
    private let finder: SkillFinder
    private let termsByFirstWord: [String: [Term]]

    public init(vocabulary: SkillsVocabulary) {
        self.vocabulary = vocabulary
        finder = SkillFinder(vocabulary: vocabulary)
        var skillsByTerm: [String: [Int]] = [:]
        for (index, skill) in vocabulary.skills.enumerated() {
            for key in Set((skill.concepts ?? []).map(Self.key)) where !key.isEmpty {
                skillsByTerm[key, default: []].append(index)
            }
        }
        var terms: [String: [Term]] = [:]
        for (key, skills) in skillsByTerm {
            let words = key.split(separator: " ").map(String.init)
            terms[words[0], default: []].append(Term(words: words, skills: skills))
        }
        termsByFirstWord = terms
    }

    /// The names of the skills that a text names, in the order of their first mention, then of those whose terms it uses, in
    /// the order of the vocabulary; each once. O(length)
    public func skills(in text: String) -> [String] {
        let scanned = ScannedText(text)
        let words = scanned.words(in: 0..<scanned.scalars.count)
        var seen: Set<Int> = []
        let named = finder.mentions(in: words).map(\.skill).filter { seen.insert($0).inserted }
        let told = skills(toldBy: words.map { Self.singular($0.text) }).subtracting(seen).sorted()
        return (named + told).map { vocabulary.skills[$0].skill }
    }

    /// A question that came without skills, with those that its text tells of; any other as it is.
    /// - Throws: `ValidationError` when its metadata would grow beyond its limit or is no object.
    public func completing(_ draft: QuestionDraft) throws -> QuestionDraft {
        draft.requiredSkills.isEmpty ? try draft.inferring(skills: skills(in: draft.questionText)) : draft
    }

    private func skills(toldBy words: [String]) -> Set<Int> {
        var told: Set<Int> = []
        for start in words.indices {
            for term in termsByFirstWord[words[start]] ?? []
            where words[start...].starts(with: term.words) {
                told.formUnion(term.skills)
            }
        }
        return told
    }

    /// The form in which terms are compared: words without the plural's s.
    private static func key(_ term: String) -> String {
        SkillsVocabulary.key(term).split(separator: " ").map { singular(String($0)) }.joined(separator: " ")
    }

    private static func singular(_ word: String) -> String {
        word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
    }
}
