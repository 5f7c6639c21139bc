/// How experienced a post's person is to be, from least to most.
public enum Seniority: String, Sendable, CaseIterable, Comparable {
    case intern, junior, middle, senior, lead, executive

    public static func < (left: Seniority, right: Seniority) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// What a seniority was read from.
    public enum Evidence: String, Sendable { case title, years, text }
}

/// Reads a post's seniority: from its title, else from the years it asks for, else from its sentences.
struct SeniorityReader: Sendable {
    /// The strongest word of a title decides, so that "Associate Director" is a director.
    private static let words: [String: Seniority] = [
        "intern": .intern, "internship": .intern, "trainee": .intern, "apprentice": .intern, "graduate": .junior,
        "junior": .junior, "jr": .junior, "entry": .junior, "associate": .junior, "assistant": .junior,
        "intermediate": .middle, "mid": .middle, "senior": .senior, "sr": .senior, "experienced": .senior,
        "lead": .lead, "principal": .lead, "staff": .lead, "manager": .lead, "head": .executive,
        "supervisor": .lead, "architect": .lead, "director": .executive, "vp": .executive, "vice": .executive,
        "chief": .executive, "cto": .executive, "ceo": .executive, "cfo": .executive, "president": .executive,
    ]
    /// Words that are something else before or behind others: staff nurses are no principals.
    private static let otherMeanings: [(word: String, next: Set<String>)] = [
        ("staff", ["nurse", "accountant", "attorney", "pharmacist", "physician", "assistant"]),
        ("lead", ["generation", "time", "times"]), ("head", ["count", "office"]), ("entry", ["system", "clerk"]),
        ("associate", ["degree", "degrees"]), ("graduate", ["degree", "school"]),
    ]

    /// - Returns: nil where the post says nothing of it.
    func read(title: [Word], years: Int?, sentences: [[Word]]) -> (Seniority, Seniority.Evidence)? {
        if let found = strongest(in: title) { return (found, .title) }
        if let years { return (Self.seniority(ofYears: years), .years) }
        // A text names other people too: only what it says of the role itself counts.
        for words in sentences {
            for index in words.indices.dropLast()
            where ["senior", "junior", "experienced"].contains(words[index].text)
                && index > 0 && ["a", "an", "our", "seeking", "new"].contains(words[index - 1].text)
            {
                if let found = Self.words[words[index].text] { return (found, .text) }
            }
        }
        return nil
    }

    private func strongest(in words: [Word]) -> Seniority? {
        words.indices.compactMap { index in
            let next = index + 1 < words.count ? words[index + 1].text : ""
            if Self.otherMeanings.contains(where: { $0.word == words[index].text && $0.next.contains(next) }) {
                return nil
            }
            return Self.words[words[index].text]
        }.max()
    }

    private static func seniority(ofYears years: Int) -> Seniority {
        switch years {
        case ..<2: .junior
        case 2..<5: .middle
        case 5..<9: .senior
        default: .lead
        }
    }
}
