/// Says in one sentence why a question is suggested.
enum SuggestionReason {
    static func text(_ matches: [Suggestion.Match], role: String) -> String {
        guard let match = matches.first else {
            return "Asked of candidates for \(role); the post names nothing it tests."
        }
        let subject: String
        switch match.need.kind {
        case .duty: return "Fits what the post describes: “\(match.need.name)”"
        case .skill, .tag:
            if match.evidence.tag == 1 {
                subject = "Tests \(match.need.name)"
            } else if let skill = match.evidence.skill {
                subject = "Tests \(skill), which is close to \(match.need.name)"
            } else {
                subject = "Is near in meaning to \(match.need.name)"
            }
        }
        guard let sentence = match.sentence else { return "\(subject), which the title names." }
        return "\(subject), which the post asks for: “\(shortened(sentence.text))”"
    }

    private static func shortened(_ text: String) -> String {
        text.count <= 160 ? text : text.prefix(157) + "…"
    }
}
