/// A text as a key: equal only to the same bytes. Strings themselves are equal when they look alike, which costs
/// normalising and is not what an embedder sees.
struct ExactText: Hashable, Sendable {
    let text: String

    /// What an embedder is asked: white space at the ends says nothing about the meaning.
    init(normalizing text: String) {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        guard let first = text.first, let last = text.last, isSpace(first) || isSpace(last) else {
            self.text = text
            return
        }
        let rest = text.drop(while: isSpace)
        let end = rest.lastIndex { !isSpace($0) }
        self.text = end.map { String(rest[...$0]) } ?? ""
    }

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.count == right.text.utf8.count && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if done == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}
