import Foundation

/// A text per slot, or none, with the folded form that parts are looked for in.
struct TextColumn: Sendable {
    let texts: StringTable
    let folded: StringTable
    let present: Bitmap
    /// What searches by words read.
    let postings: WordPostings

    var slotCount: Int { texts.count }
    var bytes: Int { texts.bytes + folded.bytes + present.bytes + postings.bytes }

    func text(_ slot: Int) -> (text: String, folded: String)? {
        present.contains(slot) ? (texts[slot], folded[slot]) : nil
    }

    /// Those of `slots` whose text contains a folded part. O(bytes of their texts).
    func slots(containing part: String, among slots: Bitmap) -> Bitmap {
        var found = Bitmap(slotCount: slotCount)
        var slots = slots
        slots.formIntersection(present)
        var part = part
        part.withUTF8 { part in
            slots.forEach { slot in
                if Self.contains(folded.utf8(at: slot), part) { found.insert(slot) }
            }
        }
        return found
    }

    static func contains(_ text: String, _ part: String) -> Bool {
        var text = text
        var part = part
        return text.withUTF8 { text in part.withUTF8 { part in contains(text, part) } }
    }

    private static func contains(_ text: UnsafeBufferPointer<UInt8>, _ part: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let wanted = part.baseAddress, part.count > 0 else { return true }
        guard let base = text.baseAddress, text.count >= part.count else { return false }
        var start = 0
        let starts = text.count - part.count + 1
        while start < starts, let found = memchr(base + start, Int32(wanted[0]), starts - start) {
            start = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            if memcmp(base + start, wanted, part.count) == 0 { return true }
            start += 1
        }
        return false
    }

    /// Gathers the slots of a column one after another.
    struct Builder {
        private var texts: [String] = []
        private var folded: [String] = []
        private var present: [Int] = []
        private var postings = WordPostings.Builder()

        mutating func append(_ text: (text: String, folded: String)?) {
            if text != nil { present.append(texts.count) }
            texts.append(text?.text ?? "")
            folded.append(text?.folded ?? "")
            postings.append(text?.folded)
        }

        func build() -> TextColumn {
            var bitmap = Bitmap(slotCount: texts.count)
            for slot in present { bitmap.insert(slot) }
            return TextColumn(
                texts: StringTable(texts), folded: StringTable(folded), present: bitmap, postings: postings.build())
        }
    }
}
