/// Finds the tags of the bank that a post names, for tags that the vocabulary does not have.
///
/// Whoever loads questions of their own tags them as they like; a tag that stands in the post word for word is wanted, if
/// little: nothing is known of the word but that questions carry it.
struct TagFinder: Sendable {
    /// Of a tag that a requirement names once, relative to the strongest need of the post.
    private static let weight = 0.2
    private static let sentencesMax = 3
    /// Shorter ones are names of anything.
    private static let lettersMin = 3

    private let tagsByFirstWord: [String: [[String]]]

    /// - Parameter tags: in the form in which names are compared.
    init(tags: some Sequence<String>) {
        var byWord: [String: [[String]]] = [:]
        for tag in tags where tag.unicodeScalars.count >= Self.lettersMin {
            let words = tag.split(separator: " ").map(String.init)
            byWord[words[0], default: []].append(words)
        }
        tagsByFirstWord = byWord
    }

    /// The tags that a post names where it asks for something, by name.
    func needs(in sentences: [PostSentence]) -> [Need] {
        if tagsByFirstWord.isEmpty { return [] }
        var found: [String: [PostSentence]] = [:]
        for sentence in sentences where sentence.part.weight > 0 {
            let text = ScannedText(sentence.text)
            let words = text.words(in: 0..<text.scalars.count)
            for tag in tags(in: words) { found[tag, default: []].append(sentence) }
        }
        return found.sorted { $0.key < $1.key }.map { tag, sentences in
            let strongest = sentences.map(\.part.weight).max() ?? 0
            return Need(
                kind: .tag(tag), name: tag, weight: Self.weight * strongest,
                sentences: Array(sentences.prefix(Self.sentencesMax)), years: nil, isBroad: true)
        }
    }

    private func tags(in words: [Word]) -> Set<String> {
        let texts = words.map(\.text)
        var found: Set<String> = []
        for start in words.indices {
            for tag in tagsByFirstWord[texts[start]] ?? []
            where texts[start...].starts(with: tag) && !SkillFinder.isNegated(at: start, in: words) {
                found.insert(tag.joined(separator: " "))
            }
        }
        return found
    }
}
