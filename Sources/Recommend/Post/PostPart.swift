/// What a sentence of a job post is there for.
public enum PostPart: String, Sendable, CaseIterable {
    case requirement
    case duty
    case niceToHave = "nice_to_have"
    case benefit
    case company
    case legal
    case other

    /// How much what stands here counts as asked for, 0..1; boilerplate asks for nothing.
    public var weight: Double {
        switch self {
        case .requirement: 1
        case .duty: 0.8
        case .other: 0.6
        case .niceToHave: 0.45
        case .company: 0.15
        case .benefit, .legal: 0
        }
    }
}

/// Tells the parts of a post apart by its headings and by the words of each sentence.
///
/// A sentence's own words decide where they are telling; else it belongs to the part under whose heading it stands.
struct PartClassifier: Sendable {
    private struct Cue {
        let part: PostPart
        let phrases: [String]
    }

    private static let headings: [Cue] = [
        Cue(
            part: .niceToHave,
            phrases: [
                "nice to have", "preferred", "desired", "bonus", "plus", "pluses", "good to have", "skills desired",
                "preferred skills",
                "preferred qualifications", "desirable", "bonus points",
            ]),
        Cue(
            part: .requirement,
            phrases: [
                "requirements", "requirement", "qualifications", "qualification", "required", "required skills",
                "must have",
                "must haves", "skills", "what you bring", "what you need", "what we are looking for",
                "what we're looking for",
                "who you are", "you have", "about you", "experience", "technical skills", "minimum qualifications",
                "education",
                "basic qualifications", "your profile", "knowledge", "competencies", "key skills", "your background",
            ]),
        Cue(
            part: .duty,
            phrases: [
                "responsibilities", "duties", "what you will do", "what you'll do", "the role", "your role",
                "job description",
                "role description", "key responsibilities", "job duties", "essential functions", "day to day", "tasks",
                "your tasks",
                "position summary", "job summary", "you will", "essential duties", "role and responsibilities",
                "main duties",
            ]),
        Cue(
            part: .benefit,
            phrases: [
                "benefits", "perks", "what we offer", "we offer", "compensation", "salary", "why join us",
                "why work here",
                "benefits and perks", "pay", "what's in it for you",
            ]),
        Cue(
            part: .company,
            phrases: [
                "about us", "who we are", "the company", "company", "company overview", "our company",
                "about the company",
                "our mission", "company description", "about the team", "our story",
            ]),
        Cue(
            part: .legal,
            phrases: [
                "equal opportunity", "eeo", "legal", "disclaimer", "eeo statement", "privacy",
                "equal employment opportunity",
            ]),
    ]

    /// In the order in which they decide.
    private static let phrases: [Cue] = [
        Cue(
            part: .legal,
            phrases: [
                "equal opportunity", "equal employment", "without regard to", "regardless of race", "protected veteran",
                "background check", "background checks", "drug test", "drug screen", "reasonable accommodation",
                "reasonable accommodations", "authorized to work", "work authorization", "sponsorship", "e-verify",
                "gender identity", "sexual orientation", "affirmative action", "privacy policy", "third party",
                "third parties",
                "eeo employer", "submit your resume", "apply now", "to apply", "apply to this", "c2c", "corp to corp",
                "does not discriminate", "criminal history",
            ]),
        Cue(
            part: .benefit,
            phrases: [
                "401k", "401 k", "health insurance", "dental", "paid time off", "competitive salary",
                "competitive compensation", "we offer", "stock options", "vacation", "tuition reimbursement",
                "life insurance", "benefits package", "parental leave", "gym membership", "free lunch", "bonus plan",
                "paid holidays", "salary range",
            ]),
        Cue(
            part: .niceToHave,
            phrases: [
                "nice to have", "a plus", "is a bonus", "preferred", "desired", "desirable", "would be great",
                "an advantage", "ideally", "good to have", "beneficial", "highly desired", "is an asset", "big plus",
                "bonus points",
            ]),
        Cue(
            part: .requirement,
            phrases: [
                "experience with", "experience in", "experience of", "years of", "years experience", "proficient",
                "proficiency", "knowledge of", "must have", "required", "familiar", "familiarity", "understanding of",
                "ability to", "degree in", "bachelor", "bachelors", "bachelor's", "expertise", "strong", "skilled in",
                "hands on", "certification", "fluent", "competent", "competence", "competency", "you have", "proven",
                "able to", "experienced", "background in", "comfortable with", "expert in", "working with", "solid",
            ]),
        Cue(
            part: .duty,
            phrases: [
                "you will", "responsible for", "you'll", "responsibilities", "the candidate will", "will be expected",
                "duties", "in this role", "this position",
            ]),
        Cue(
            part: .company,
            phrases: [
                "we are a", "is a leading", "our company", "founded in", "our mission", "is the leading", "is a global",
                "headquartered", "our clients", "our client is", "one of the largest", "industry leader", "fortune 500",
            ]),
    ]

    /// The place in `phrases` of each phrase's cue, by the phrase in compared form.
    private static let cueByPhrase: [String: Int] = {
        var cues: [String: Int] = [:]
        for (place, cue) in phrases.enumerated() {
            for phrase in cue.phrases { cues[SkillsVocabulary.key(phrase)] = place }
        }
        return cues
    }()

    private static let phraseWordsMax = 4

    private static let dutyVerbs: Set<String> = [
        "design", "develop", "build", "lead", "manage", "work", "collaborate", "ensure", "implement", "support",
        "maintain",
        "create", "write", "analyze", "analyse", "coordinate", "drive", "own", "define", "deliver", "plan", "monitor",
        "perform",
        "prepare", "provide", "review", "conduct", "assist", "oversee", "identify", "participate", "partner", "test",
        "deploy",
        "troubleshoot", "optimize", "integrate", "communicate", "mentor", "coach", "train", "report", "research",
        "evaluate",
        "help", "improve", "establish", "execute", "facilitate", "handle", "serve", "track", "document", "configure",
        "respond",
        "negotiate", "sell", "recruit", "hire", "process", "reconcile", "administer", "supervise", "translate",
        "produce",
        "gather", "interact", "contribute", "architect", "automate", "operate", "direct", "develops", "manages",
        "designs",
        "leads", "provides", "ensures", "works", "performs", "coordinates", "development", "designing", "developing",
        "managing",
        "leading", "building", "working", "maintaining", "supporting", "creating",
    ]

    /// The part of each sentence, in order.
    func classify(_ sentences: [(text: String, words: [Word])]) -> [PostPart] {
        var section = PostPart.other
        return sentences.map { sentence in
            if let heading = headingPart(sentence.text, sentence.words) {
                section = heading
                return heading
            }
            return ownPart(sentence.words, in: section)
        }
    }

    /// The part that a heading opens: a short line, or the words before the first colon of a sentence.
    private func headingPart(_ text: String, _ words: [Word]) -> PostPart? {
        let lowered = text.lowercased()
        let head =
            lowered.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let isHeading = lowered.contains(":") && head.count <= 45 || words.count <= 5 && !lowered.hasSuffix(".")
        guard isHeading else { return nil }
        let title = head.trimmingPunctuation
        for cue in Self.headings where cue.phrases.contains(title) { return cue.part }
        guard title.split(separator: " ").count <= 4 else { return nil }
        for cue in Self.headings where cue.phrases.contains(where: { title.hasSuffix(" " + $0) }) { return cue.part }
        return nil
    }

    private func ownPart(_ words: [Word], in section: PostPart) -> PostPart {
        if let place = strongestCue(in: words) {
            let part = Self.phrases[place].part
            // "strong" under "nice to have" is still nice to have.
            let isKept = section == .niceToHave || section == .benefit || section == .legal
            return part == .requirement && isKept ? section : part
        }
        if let first = words.first, Self.dutyVerbs.contains(first.text), section == .other || section == .company {
            return .duty
        }
        return section
    }

    /// The first cue that one of the sentence's runs of words belongs to. O(words).
    private func strongestCue(in words: [Word]) -> Int? {
        var strongest: Int?
        for start in words.indices {
            var phrase = ""
            for end in start..<min(start + Self.phraseWordsMax, words.count) {
                if end > start { phrase += " " }
                phrase += words[end].text
                if let place = Self.cueByPhrase[phrase] { strongest = min(strongest ?? place, place) }
            }
        }
        return strongest
    }
}

extension String {
    /// Without white space and punctuation at both ends.
    fileprivate var trimmingPunctuation: String {
        var view = self[...]
        while let first = view.first, !first.isLetter && !first.isNumber { view.removeFirst() }
        while let last = view.last, !last.isLetter && !last.isNumber { view.removeLast() }
        return String(view)
    }
}
