/// Parts a job post into sentences that keep their place in it.
///
/// Posts come out of forms and scrapers: bullets on lines of their own, headings with a colon, and often lines glued
/// together without a space ("…web applicationsDesign and implement…"). All of these end a sentence here.
struct SentenceSplitter: Sendable {
    /// Whether a word as written is one, such as JavaScript, that must not be parted at its capital.
    let isKnownWord: @Sendable (String) -> Bool

    private static let abbreviations: Set<String> = [
        "e.g", "i.e", "etc", "inc", "ltd", "llc", "corp", "co", "vs", "sr", "jr", "dr", "mr", "ms", "mrs", "no",
        "approx",
        "u.s", "u.k", "dept", "min", "max", "yrs", "st", "eg", "ie",
    ]
    /// Words that sentences of posts begin with.
    private static let openers: Set<String> = [
        "experience", "work", "develop", "design", "strong", "knowledge", "ability", "responsible", "responsibilities",
        "requirements", "qualifications", "must", "excellent", "proficient", "proficiency", "familiar", "familiarity",
        "manage",
        "build", "create", "lead", "collaborate", "understanding", "bachelor", "participate", "provide", "support",
        "maintain",
        "ensure", "previously", "skills", "you", "this", "solid", "good", "required", "preferred", "benefits", "about",
        "implement",
        "demonstrated", "proven", "minimum", "hands", "working", "test", "write", "analyze", "assist", "perform",
        "deep", "expert",
    ]
    private static let bullets: Set<Unicode.Scalar> = [
        "•", "●", "▪", "·", "◦", "‣", "–", "*", "■", "○", "➢", "✓", "\u{F0B7}",
    ]

    /// The ranges of the sentences, in Unicode scalars, without white space or bullets at their ends. O(length).
    func ranges(in text: ScannedText) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for index in text.scalars.indices where endsSentence(at: index, from: start, in: text) {
            append(start..<index + 1, of: text, to: &ranges)
            start = index + 1
        }
        append(start..<text.scalars.count, of: text, to: &ranges)
        return ranges
    }

    /// Whether the sentence that began at `start` ends with the scalar at `index`.
    private func endsSentence(at index: Int, from start: Int, in text: ScannedText) -> Bool {
        let scalars = text.scalars
        let scalar = scalars[index]
        let next = index + 1 < scalars.count ? scalars[index + 1] : "\n"
        if scalar == "\n" || scalar == "\r" { return true }
        if scalar.properties.isWhitespace, next == "o", index + 3 < scalars.count, scalars[index + 2] == " " {
            // A lone o is what becomes of a round bullet.
            return scalars[index + 3].properties.isUppercase
        }
        if Self.bullets.contains(next), scalar.properties.isWhitespace {
            // An asterisk or a dash is a bullet only with a space behind it.
            return index + 2 < scalars.count && scalars[index + 2].properties.isWhitespace
        }
        if scalar == "?" || scalar == "!" { return next.properties.isWhitespace || next.properties.isUppercase }
        if scalar == "." { return dotEnds(at: index, from: start, next: next, in: text) }
        if scalar == ";" { return next.properties.isWhitespace }
        return isGlued(at: index, from: start, next: next, in: text)
    }

    private func dotEnds(at index: Int, from start: Int, next: Unicode.Scalar, in text: ScannedText) -> Bool {
        let scalars = text.scalars
        var first = index
        while first > start, scalars[first - 1].isWordLetter || scalars[first - 1] == "." { first -= 1 }
        let word = text.string(first..<index).lowercased()
        if Self.abbreviations.contains(word) || word.unicodeScalars.count == 1 && next.properties.isWhitespace == false
        {
            return false
        }
        if next.properties.isWhitespace { return true }
        // "applications.Work as": a capital and small letters right behind the dot, unless it is a name like Node.js.
        guard next.properties.isUppercase, index > start, scalars[index - 1].properties.isLowercase else {
            return false
        }
        var end = index + 1
        while end < scalars.count, scalars[end].isWordLetter { end += 1 }
        return end - index > 3 && !isKnownWord(text.string(first..<end))
    }

    /// Whether two sentences stand without a space between them: "applicationsDesign" (small letters, then a capital, in
    /// no known word), "AWSWork" (a known acronym), "ZendExperience" (a name and a word that begins sentences),
    /// "Git)A working", and "applications5+ years".
    private func isGlued(at index: Int, from start: Int, next: Unicode.Scalar, in text: ScannedText) -> Bool {
        let scalars = text.scalars
        guard index + 2 < scalars.count else { return false }
        if scalars[index] == ")" { return next.properties.isUppercase && !scalars[index + 2].properties.isUppercase }
        guard scalars[index].isWordLetter else { return false }
        if next.properties.numericType != nil { return isYearsBehind(index, in: text) }
        guard next.properties.isUppercase, scalars[index + 2].properties.isLowercase else { return false }
        var first = index + 1
        while first > start, scalars[first - 1].isWordLetter { first -= 1 }
        var end = index + 1
        while end < scalars.count, scalars[end].isWordLetter { end += 1 }
        let head = scalars[first...index]
        guard end - index > 3, !isKnownWord(text.string(first..<end)) else { return false }
        if head.count >= 3, head.allSatisfy({ $0.properties.isLowercase }) { return true }
        if head.count >= 2, isKnownWord(text.string(first..<index + 1)) { return true }
        return head.count >= 3 && Self.openers.contains(text.string(index + 1..<end).lowercased())
    }

    /// "applications5+ years": a small letter, then a number with a plus or years behind it.
    private func isYearsBehind(_ index: Int, in text: ScannedText) -> Bool {
        guard index > 2, text.scalars[index - 2...index].allSatisfy({ $0.properties.isLowercase }) else { return false }
        var end = index + 1
        while end < text.scalars.count, text.scalars[end].properties.numericType != nil { end += 1 }
        let rest = text.string(end..<min(text.scalars.count, end + 7)).lowercased()
        return rest.hasPrefix("+ y") || rest.hasPrefix(" year") || rest.hasPrefix("-") || rest.hasPrefix("+y")
    }

    private func append(_ range: Range<Int>, of text: ScannedText, to ranges: inout [Range<Int>]) {
        var range = range
        let isMargin = { (scalar: Unicode.Scalar) in
            scalar.properties.isWhitespace || Self.bullets.contains(scalar) || scalar == "-"
        }
        while let first = range.first, isMargin(text.scalars[first]) { range = first + 1..<range.upperBound }
        while let last = range.last, isMargin(text.scalars[last]) { range = range.lowerBound..<last }
        if text.scalars[range].contains(where: \.isWordLetter) { ranges.append(range) }
    }
}
