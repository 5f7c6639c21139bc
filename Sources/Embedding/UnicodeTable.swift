import Foundation

/// What the tokenizer's normalisation makes of each code point: control characters go, white space becomes a space, capital
/// letters become small, letters lose their accents, punctuation and ideographs stand alone.
///
/// It is built from the runs that `scripts/make-unicode-table` took from the reference tokenizer, because every Unicode
/// version treats some hundreds of code points differently.
struct UnicodeTable: Sendable {
    enum Action: Equatable {
        case keep
        case remove
        case space
        /// Forms a word of its own.
        case alone
        /// Becomes another code point, which may stand alone.
        case replace(UInt32)
        /// Becomes several code points, none of which stands alone.
        case sequence(ArraySlice<UInt32>)
    }

    private enum Kind: UInt32 {
        case keep, remove, space, alone, shift, shiftSecond, sequence
    }

    /// Entries hold a kind in the low bits and above it a signed distance or a place in `sequences`.
    private static let kindBits: UInt32 = 3
    private static let pageBits = 8
    private static let pageSize = 1 << pageBits
    private static let hangul: ClosedRange<UInt32> = 0xAC00...0xD7A3

    /// For each page of code points, its place in `entries`; pages of one kind share theirs.
    private var pages: [UInt32]
    private var entries: [UInt32]
    /// Length, then that many code points.
    private var sequences: [UInt32] = []

    init() {
        guard let data = Data(base64Encoded: UnicodeRuns.base64) else {
            preconditionFailure("the Unicode table is not base64: generate it anew")
        }
        pages = [UInt32](repeating: 0, count: 0x110000 >> Self.pageBits)
        entries = []
        for kind in [Kind.keep, .remove, .space, .alone] {
            entries += [UInt32](repeating: kind.rawValue, count: Self.pageSize)
        }
        var reader = Reader(bytes: [UInt8](data))
        var end = 0
        while !reader.isAtEnd { end = addRun(&reader, after: end) }
    }

    /// O(1).
    func action(of code: UInt32) -> Action {
        if Self.hangul.contains(code) { return .sequence(Self.jamo(of: code)) }
        let entry = entries[Int(pages[Int(code >> UInt32(Self.pageBits))]) + Int(code) & (Self.pageSize - 1)]
        let value = Int32(bitPattern: entry) >> Int32(Self.kindBits)
        switch entry & (1 << Self.kindBits - 1) {
        case Kind.keep.rawValue: return .keep
        case Kind.remove.rawValue: return .remove
        case Kind.space.rawValue: return .space
        case Kind.alone.rawValue: return .alone
        case Kind.shift.rawValue: return .replace(UInt32(Int32(code) + value))
        default:
            let first = Int(value) + 1
            return .sequence(sequences[first..<first + Int(sequences[first - 1])])
        }
    }

    /// A syllable's consonant, vowel and, if it has one, final consonant, by the arithmetic of the Unicode standard.
    private static func jamo(of code: UInt32) -> ArraySlice<UInt32> {
        let index = code - 0xAC00
        let parts: [UInt32] = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11A7 + index % 28]
        return index % 28 == 0 ? parts[..<2] : parts[...]
    }

    /// Adds the next run and returns the code point behind it.
    private mutating func addRun(_ reader: inout Reader, after end: Int) -> Int {
        let first = end + reader.signed()
        let length = reader.unsigned()
        guard let kind = Kind(rawValue: UInt32(reader.unsigned())) else {
            preconditionFailure("the Unicode table has an unknown kind of run: generate it anew")
        }
        switch kind {
        case .shift: fill(first, length, step: 1, with: Self.entry(.shift, reader.signed()))
        case .shiftSecond: fill(first, length, step: 2, with: Self.entry(.shift, 1))
        case .sequence:
            let deltas = (0..<reader.unsigned()).map { _ in reader.signed() }
            for code in first..<first + length {
                set(code, Self.entry(.sequence, sequences.count))
                sequences.append(UInt32(deltas.count))
                sequences += deltas.map { UInt32(code + $0) }
            }
        default: fill(first, length, step: 1, with: kind.rawValue)
        }
        return first + length
    }

    private static func entry(_ kind: Kind, _ value: Int) -> UInt32 {
        UInt32(bitPattern: Int32(value) << Int32(kindBits)) | kind.rawValue
    }

    private mutating func fill(_ first: Int, _ length: Int, step: Int, with entry: UInt32) {
        var code = first
        while code < first + length {
            let isWholePage = code % Self.pageSize == 0 && first + length - code >= Self.pageSize
            if step == 1, isWholePage, entry <= Kind.alone.rawValue {
                pages[code >> Self.pageBits] = entry << UInt32(Self.pageBits)
                code += Self.pageSize
            } else {
                set(code, entry)
                code += step
            }
        }
    }

    /// Sets one code point's entry, in a page of its own.
    private mutating func set(_ code: Int, _ entry: UInt32) {
        let page = code >> Self.pageBits
        if Int(pages[page]) <= Int(Kind.alone.rawValue) * Self.pageSize {
            let shared = Int(pages[page])
            pages[page] = UInt32(entries.count)
            entries += entries[shared..<shared + Self.pageSize]
        }
        entries[Int(pages[page]) + code % Self.pageSize] = entry
    }
}

/// Reads the variable-length integers of the runs: seven bits a byte, low ones first.
private struct Reader {
    let bytes: [UInt8]
    var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func unsigned() -> Int {
        var value = 0
        var shift = 0
        while true {
            let byte = bytes[place]
            place += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// Even numbers stand for 0, 1, 2…, odd ones for -1, -2…
    mutating func signed() -> Int {
        let value = unsigned()
        return value % 2 == 0 ? value / 2 : -(value + 1) / 2
    }
}
