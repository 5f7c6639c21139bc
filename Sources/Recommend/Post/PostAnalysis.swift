import Foundation

/// A sentence of a post, with its place.
public struct PostSentence: Sendable, Equatable {
    /// Verbatim.
    public let text: String
    /// Where it stands, in Unicode scalars of the post.
    public let range: Range<Int>
    public let part: PostPart
}

/// Something a post asks for.
public struct Need: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// A skill of the vocabulary, by index.
        case skill(Int)
        /// A tag of the bank that the vocabulary does not have, and that the post names.
        case tag(String)
        /// Work that the post describes without naming a known skill.
        case duty
    }

    public let kind: Kind
    /// The skill's name, or the sentence that describes the work, shortened.
    public let name: String
    /// How much the post wants it, relative to its other needs; the strongest has 1.
    public let weight: Double
    /// The sentences that ask for it, the most telling first; empty for a skill that only the role's title names.
    public let sentences: [PostSentence]
    /// Years of experience asked for where the skill is named; nil when the post does not say.
    public let years: Int?
    /// Whether it is a whole field or a trait, such as web development or communication, which says less of what to ask than
    /// the tools and methods beside it.
    public var isBroad = false
}

/// What a job post asks for.
public struct PostAnalysis: Sendable {
    public let sentences: [PostSentence]
    /// Strongest first.
    public let needs: [Need]
    /// Skills that the post says are not asked for.
    public let excludedSkills: [String]
}

/// Reads a job post. Deterministic; O(length of the post).
public struct PostReader: Sendable {
    /// Further needs of a post are the weakest and are dropped.
    public static let needsMax = 40
    static let dutiesMax = 8
    /// What introduces the job and describes no work.
    private static let introductions = [
        "we are", "we're", "we have", "our ", "the ideal", "the successful", "the candidate should", "this is", "join ",
        "are you",
        "looking for", "about ", "must be able", "must be willing",
    ]

    private let vocabulary: SkillsVocabulary
    private let splitter: SentenceSplitter
    private let classifier = PartClassifier()
    private let finder: SkillFinder

    public init(vocabulary: SkillsVocabulary) {
        self.vocabulary = vocabulary
        splitter = SentenceSplitter { vocabulary.isKnownWord($0) }
        finder = SkillFinder(vocabulary: vocabulary)
    }

    /// - Parameter role: the title, whose skills count as asked for most.
    public func read(_ post: String, role: String) -> PostAnalysis {
        let text = ScannedText(post)
        let ranges = splitter.ranges(in: text)
        let words = ranges.map(text.words(in:))
        let parts = classifier.classify(zip(ranges, words).map { (text.string($0), $1) })
        let sentences = zip(ranges, parts).map { PostSentence(text: text.string($0), range: $0, part: $1) }

        var tally = NeedTally(vocabulary: vocabulary, sentenceCount: sentences.count)
        let title = ScannedText(role)
        for mention in finder.mentions(in: title.words(in: 0..<title.scalars.count)) { tally.addTitle(mention) }
        for (index, sentence) in sentences.enumerated() {
            let mentions = finder.mentions(in: words[index])
            tally.add(mentions, in: sentence, at: index, years: Years.asked(in: words[index]))
            if isDuty(sentence, words[index], mentions) { tally.addDuty(sentence, at: index) }
        }
        let needs = tally.needs()
        return PostAnalysis(
            sentences: sentences, needs: Array(needs.prefix(Self.needsMax)), excludedSkills: tally.excludedSkills)
    }

    /// Whether a sentence describes work that no skill of the vocabulary names.
    private func isDuty(_ sentence: PostSentence, _ words: [Word], _ mentions: [SkillMention]) -> Bool {
        guard sentence.part == .duty || sentence.part == .requirement, (5...60).contains(words.count) else {
            return false
        }
        let opening = words.prefix(4).map(\.text).joined(separator: " ")
        if Self.introductions.contains(where: opening.hasPrefix) { return false }
        return !mentions.contains { vocabulary.skills[$0.skill].kind != .soft }
    }
}

/// Adds up the mentions of each need over a post.
private struct NeedTally {
    private struct Entry {
        var strongest = 0.0
        var count = 0
        var isInTitle = false
        var isNegated = false
        var years: Int?
        var sentences: [(weight: Double, sentence: PostSentence)] = []
    }

    let vocabulary: SkillsVocabulary
    let sentenceCount: Int
    private var skills: [Int: Entry] = [:]
    private var duties: [(weight: Double, sentence: PostSentence)] = []

    init(vocabulary: SkillsVocabulary, sentenceCount: Int) {
        self.vocabulary = vocabulary
        self.sentenceCount = sentenceCount
    }

    mutating func addTitle(_ mention: SkillMention) { skills[mention.skill, default: Entry()].isInTitle = true }

    mutating func add(_ mentions: [SkillMention], in sentence: PostSentence, at index: Int, years: Int?) {
        let weight = weight(of: sentence, at: index)
        for mention in mentions {
            if mention.isNegated {
                skills[mention.skill, default: Entry()].isNegated = true
            } else if weight > 0 {
                var entry = skills[mention.skill] ?? Entry()
                entry.strongest = max(entry.strongest, weight)
                entry.count += 1
                entry.years = max(entry.years ?? 0, years ?? 0) == 0 ? nil : max(entry.years ?? 0, years ?? 0)
                if entry.sentences.last?.sentence != sentence { entry.sentences.append((weight, sentence)) }
                skills[mention.skill] = entry
            }
        }
    }

    mutating func addDuty(_ sentence: PostSentence, at index: Int) {
        duties.append((weight(of: sentence, at: index) * 0.5, sentence))
    }

    var excludedSkills: [String] {
        skills.filter { $0.value.isNegated }.keys.sorted().map { vocabulary.skills[$0].skill }
    }

    /// Strongest first, then in the order of the post.
    func needs() -> [Need] {
        var needs: [(need: Need, raw: Double, first: Int)] = skills.compactMap { index, entry in
            guard !entry.isNegated, entry.count > 0 || entry.isInTitle else { return nil }
            let skill = vocabulary.skills[index]
            let repetition = 1 + 0.25 * log2(Double(max(1, entry.count)))
            // A post's title says what the job is: what it names outweighs everything else.
            let raw =
                max(entry.strongest * repetition, entry.isInTitle ? 1 : 0) * (entry.isInTitle ? 1.8 : 1)
                * skill.kind.weight
            let sentences = entry.sentences.enumerated()
                .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }.map(\.element.sentence)
            let need = Need(
                kind: .skill(index), name: skill.skill, weight: raw, sentences: Array(sentences.prefix(3)),
                years: entry.years, isBroad: skill.kind == .domain || skill.kind == .soft)
            return (need, raw, sentences.map(\.range.lowerBound).min() ?? 0)
        }
        let strongestDuties = duties.sorted {
            ($1.weight, $0.sentence.range.lowerBound) < ($0.weight, $1.sentence.range.lowerBound)
        }
        for duty in strongestDuties.prefix(PostReader.dutiesMax) {
            let name = duty.sentence.text.count > 90 ? duty.sentence.text.prefix(87) + "…" : duty.sentence.text
            let need = Need(kind: .duty, name: name, weight: duty.weight, sentences: [duty.sentence], years: nil)
            needs.append((need, duty.weight, duty.sentence.range.lowerBound))
        }
        needs.sort { ($1.raw, $0.first, $0.need.name) < ($0.raw, $1.first, $1.need.name) }
        guard let highest = needs.first?.raw else { return [] }
        return needs.map { entry in
            Need(
                kind: entry.need.kind, name: entry.need.name, weight: entry.raw / highest,
                sentences: entry.need.sentences,
                years: entry.need.years, isBroad: entry.need.isBroad)
        }
    }

    /// What stands early counts a little more.
    private func weight(of sentence: PostSentence, at index: Int) -> Double {
        sentence.part.weight * (1 - 0.25 * Double(index) / Double(max(1, sentenceCount)))
    }
}

/// Years of experience.
enum Years {
    /// The number in "5+ years" or "3-5 years"; the lower one of a range.
    static func asked(in words: [Word]) -> Int? {
        for (index, word) in words.enumerated() where ["years", "year", "yrs"].contains(word.text) {
            for earlier in words[max(0, index - 4)..<index] {
                let digits = earlier.text.prefix(while: \.isNumber)
                if let years = Int(digits), (1...40).contains(years) { return years }
            }
        }
        return nil
    }
}
