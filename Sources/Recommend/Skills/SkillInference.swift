/// Finds the skills that a question tests from its words, for questions that come without any.
public struct SkillInference: Sendable {
    private let vocabulary: SkillsVocabulary
    private let finder: SkillFinder

    public init(vocabulary: SkillsVocabulary) {
        self.vocabulary = vocabulary
        finder = SkillFinder(vocabulary: vocabulary)
    }

    /// The names of the skills that a text names, in the order of their first mention, each once. O(length)
    public func skills(in text: String) -> [String] {
        let scanned = ScannedText(text)
        let words = scanned.words(in: 0..<scanned.scalars.count)
        var seen: Set<Int> = []
        return finder.mentions(in: words).filter { seen.insert($0.skill).inserted }
            .map { vocabulary.skills[$0.skill].skill }
    }
}
