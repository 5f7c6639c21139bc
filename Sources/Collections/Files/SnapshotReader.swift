/// The reading of a folder's snapshot.
struct SnapshotReader {
    let folder: SnapshotFolder
    let schema: CollectionSchema
    let source: String
    let checking: FileChecking

    struct Snapshot {
        let position: Position
        let parts: [SavedPart]
    }

    /// A segment in a file, as a part.
    struct SavedPart {
        let part: Part
        let name: CollectionManifest.SegmentName
        /// nil where every checksum was verified.
        let verification: FileVerification?
    }

    /// - Returns: nil where there is no snapshot.
    /// - Throws: `SnapshotError`; a file that is damaged is then in quarantine.
    func read() throws(SnapshotError) -> Snapshot? {
        guard let manifest = try readManifest() else { return nil }
        var parts: [SavedPart] = []
        for entry in manifest.segments { parts.append(try readPart(entry, number: parts.count + 1)) }
        try checkDistinct(parts)
        return Snapshot(position: manifest.position, parts: parts)
    }

    private func readManifest() throws(SnapshotError) -> CollectionManifest? {
        let name = SnapshotFolder.manifestName
        guard let file = try folder.map(name) else { return nil }
        do throws(CollectionManifest.Refusal) {
            return try CollectionManifest(file, schema: schema, source: source)
        } catch {
            switch error {
            case .file(let reason): throw refuse(name, reason)
            case .other(let field, let came, let allowed):
                throw .otherContents(folder: folder.path, field: field, came: came, allowed: allowed)
            }
        }
    }

    private func readPart(_ entry: CollectionManifest.Segment, number: Int) throws(SnapshotError) -> SavedPart {
        let name = SnapshotFolder.segmentName(entry.name.number)
        guard let file = try folder.map(name) else {
            throw .missing(folder: folder.path, file: name)
        }
        do throws(SectionFileError) {
            let opened = try SegmentFile.open(file, schema: schema, checking: checking)
            guard opened.file == entry.name.file else {
                throw SectionFileError.checksum(
                    of: "header, by the manifest,", came: opened.file.checksum, allowed: entry.name.file.checksum)
            }
            guard opened.number == entry.name.number else {
                throw SectionFileError.number(
                    field: "file number", came: UInt64(opened.number), allowed: "\(entry.name.number)")
            }
            guard opened.segment.slotCount == entry.live.slotCount else {
                throw SectionFileError.number(
                    field: "number of slots", came: UInt64(opened.segment.slotCount), allowed: "\(entry.live.slotCount)"
                )
            }
            let verification =
                opened.unverified.isEmpty
                ? nil : FileVerification(number: entry.name.number, file: file, regions: opened.unverified)
            return SavedPart(
                part: Part(number: number, segment: opened.segment, live: entry.live), name: entry.name,
                verification: verification)
        } catch {
            throw refuse(name, error)
        }
    }

    /// No point may be live in two segments. O(parts × points), two ascending lists at a time.
    private func checkDistinct(_ parts: [SavedPart]) throws(SnapshotError) {
        for (index, later) in parts.enumerated() {
            for earlier in parts[..<index] where Self.shareLivePoint(earlier.part, later.part) {
                let reason = SectionFileError.contents(
                    section: "\(SectionKind.liveSlots)",
                    problem: "segments \(earlier.name.number) and \(later.name.number) have a live point in common")
                throw refuse(SnapshotFolder.manifestName, reason)
            }
        }
    }

    private static func shareLivePoint(_ left: Part, _ right: Part) -> Bool {
        guard let first = left.segment, let second = right.segment else { return false }
        var (leftPlace, rightPlace) = (0, 0)
        while leftPlace < first.slotCount, rightPlace < second.slotCount {
            let (leftSlot, rightSlot) = (Int(first.order.base[leftPlace]), Int(second.order.base[rightPlace]))
            let (leftKey, rightKey) = (first.keys.base[leftSlot], second.keys.base[rightSlot])
            if leftKey == rightKey, left.live.contains(leftSlot), right.live.contains(rightSlot) { return true }
            leftPlace += leftKey <= rightKey ? 1 : 0
            rightPlace += rightKey <= leftKey ? 1 : 0
        }
        return false
    }

    private func refuse(_ name: String, _ reason: SectionFileError) -> SnapshotError {
        .refused(folder: folder.path, file: name, reason: reason, quarantine: folder.quarantine(name))
    }
}
