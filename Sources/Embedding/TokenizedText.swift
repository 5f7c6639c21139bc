/// The tokens of a text without the ones that open and close it, with the places where it may be cut in windows.
struct TokenizedText: Sendable {
    /// What lies before a word, the better place for a cut the greater.
    enum Cut: UInt32, Comparable {
        /// Nothing: punctuation beside a word, or an ideograph.
        case none
        case word
        /// The end of a sentence or a line.
        case sentence

        static func < (left: Cut, right: Cut) -> Bool { left.rawValue < right.rawValue }
    }

    var ids: [Int32] = []
    /// First token of each word and what lies before it in the two low bits.
    private var words: [UInt32] = []

    mutating func reserve(tokens: Int) {
        ids.reserveCapacity(tokens)
        words.reserveCapacity(tokens)
    }

    /// The next token begins a word.
    mutating func addWord(after cut: Cut) { words.append(UInt32(ids.count) << 2 | cut.rawValue) }

    /// How many tokens the model sees when nothing is cut, with the two that open and close a text.
    var tokenCount: Int { ids.count + 2 }

    /// Cuts the text in windows of at most `tokensMax` tokens, the opening and closing ones counted, each with those two.
    ///
    /// A window ends with the last sentence that fits if that fills at least half of it, else before the last word after
    /// white space, else before the last word, else where it is full. A text that fits is one window; an empty one too.
    func windows(tokensMax: Int) -> [[Int32]] {
        precondition(tokensMax > 2)
        let contentMax = tokensMax - 2
        var windows: [[Int32]] = []
        var start = 0
        var word = 0
        repeat {
            var end = min(ids.count, start + contentMax)
            if end < ids.count { end = cut(after: start, notBeyond: end, from: &word) }
            windows.append([WordPieceTokenizer.start] + ids[start..<end] + [WordPieceTokenizer.end])
            start = end
        } while start < ids.count
        return windows
    }

    /// The best place for a cut in `start + 1 ... limit`. `word` is a word that begins at or before `start`; it moves on.
    private func cut(after start: Int, notBeyond limit: Int, from word: inout Int) -> Int {
        var best: [Cut: Int] = [:]
        while word < words.count {
            let token = Int(words[word] >> 2)
            if token > limit { break }
            if token > start, let cut = Cut(rawValue: words[word] & 3) { best[cut] = token }
            word += 1
        }
        if let sentence = best[.sentence], (sentence - start) * 2 >= limit - start { return back(to: sentence, &word) }
        if let gap = [best[.word], best[.sentence]].compactMap(\.self).max() { return back(to: gap, &word) }
        return back(to: best[Cut.none] ?? limit, &word)
    }

    /// Moves `word` back so that no word after `place` is passed over.
    private func back(to place: Int, _ word: inout Int) -> Int {
        while word > 0, Int(words[word - 1] >> 2) > place { word -= 1 }
        return place
    }
}
