/// The set of a text's word triples, and a short signature that estimates how much of it another text shares (Broder 1997).
struct Shingles: Sendable, Equatable {
    /// Shorter texts are one shingle.
    static let wordsEach = 3

    let hashes: Set<UInt64>

    init(_ text: String) {
        let scanned = ScannedText(text)
        let words = scanned.words(in: 0..<scanned.scalars.count).map(\.text)
        var hashes: Set<UInt64> = []
        for start in 0...max(0, words.count - Self.wordsEach) {
            hashes.insert(Self.hash(words[start..<min(start + Self.wordsEach, words.count)].joined(separator: " ")))
        }
        self.hashes = hashes
    }

    /// The share of all shingles of both that both have (Jaccard), 0..1.
    func likeness(to other: Shingles) -> Double {
        let shared = hashes.intersection(other.hashes).count
        return Double(shared) / Double(hashes.count + other.hashes.count - shared)
    }

    /// FNV-1a: the same in every process.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

/// The smallest hash of a set under each of many orders: two sets agree in a place with the probability of their likeness.
struct MinHash: Sendable, Equatable {
    static let bandsCount = 32
    static let rowsEach = 3

    /// `bandsCount` times `rowsEach` numbers.
    let values: [UInt64]

    init(_ shingles: Shingles) {
        values = (0..<UInt64(Self.bandsCount * Self.rowsEach)).map { order in
            shingles.hashes.reduce(UInt64.max) { min($0, Self.mix($1 ^ (order &* 0x9E37_79B9_7F4A_7C15))) }
        }
    }

    /// Two texts whose signatures share one of these are candidates: with 32 bands of 3, 97 % of pairs that are half alike,
    /// and 4 % of those that are a tenth alike.
    var bands: [UInt64] {
        (0..<Self.bandsCount).map { band in
            let rows = values[(band * Self.rowsEach)..<((band + 1) * Self.rowsEach)]
            return rows.reduce(Self.mix(UInt64(band) &+ 1)) { Self.mix($0 ^ $1) }
        }
    }

    /// The finaliser of SplitMix64.
    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
