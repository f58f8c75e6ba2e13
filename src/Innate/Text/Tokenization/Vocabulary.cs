using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Innate.Text.Tokenization;

/// <summary>
/// The model's tokens and their ids. Texts lie as UTF-8 in one block, found through an open-addressing table: a vocabulary of a
/// quarter of a million tokens loads without a string for each.
/// </summary>
internal sealed class Vocabulary
{
    private byte[] _texts = new byte[1 << 16];
    private int _textsLength;
    private Entry[] _entries = new Entry[1 << 12];
    private int _count;
    private Slot[] _slots = new Slot[1 << 13];
    private int[] _entryOfId = [];

    /// <summary>How many tokens there are.</summary>
    public int Count => _count;

    /// <summary>The highest id, or -1 where there is no token.</summary>
    public int HighestId { get; private set; } = -1;

    /// <summary>Adds a token; false where its text is there already.</summary>
    public bool Add(ReadOnlySpan<byte> text, int id)
    {
        uint hash = Hash(text);
        if (2 * (_count + 1) > _slots.Length) GrowSlots();
        int slot = FindSlot(text, hash);
        if (_slots[slot].EntryPlusOne != 0) return false;

        if (_count == _entries.Length) Array.Resize(ref _entries, 2 * _count);
        if (_texts.Length - _textsLength < text.Length)
        {
            Array.Resize(ref _texts, Math.Max(2 * _texts.Length, _textsLength + text.Length));
        }

        text.CopyTo(_texts.AsSpan(_textsLength));
        _entries[_count] = new Entry(_textsLength, text.Length, id);
        _textsLength += text.Length;
        _slots[slot] = new Slot(hash, ++_count);
        HighestId = Math.Max(HighestId, id);
        return true;
    }

    /// <summary>The id of a token's text, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        int entry = _slots[FindSlot(text, Hash(text))].EntryPlusOne - 1;
        return entry < 0 ? -1 : _entries[entry].Id;
    }

    /// <summary>The id of a token's text, or -1.</summary>
    public int Find(ReadOnlySpan<char> text)
    {
        int size = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = size <= 512 ? stackalloc byte[512] : new byte[size];
        return Find(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>The text of an id as UTF-8; false where no token has that id.</summary>
    public bool TryGetText(int id, out ReadOnlySpan<byte> text)
    {
        if (_entryOfId.Length != HighestId + 1) IndexIds();
        text = default;
        if ((uint)id >= (uint)_entryOfId.Length || _entryOfId[id] < 0) return false;
        Entry entry = _entries[_entryOfId[id]];
        text = _texts.AsSpan(entry.Start, entry.Length);
        return true;
    }

    /// <summary>Every token's text, in the order of the file.</summary>
    public ReadOnlySpan<byte> TextAt(int index) => _texts.AsSpan(_entries[index].Start, _entries[index].Length);

    /// <summary>The id of the token at a place in the order of the file.</summary>
    public int IdAt(int index) => _entries[index].Id;

    /// <summary>Builds the table from ids to texts; done once, after the last <see cref="Add"/>.</summary>
    public void IndexIds()
    {
        var entryOfId = new int[HighestId + 1];
        Array.Fill(entryOfId, -1);
        for (int i = 0; i < _count; i++) entryOfId[_entries[i].Id] = i;
        _entryOfId = entryOfId;
    }

    private int FindSlot(ReadOnlySpan<byte> text, uint hash)
    {
        int mask = _slots.Length - 1;
        for (int i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            Slot slot = _slots[i];
            if (slot.EntryPlusOne == 0) return i;
            if (slot.Hash != hash) continue;
            Entry entry = _entries[slot.EntryPlusOne - 1];
            if (_texts.AsSpan(entry.Start, entry.Length).SequenceEqual(text)) return i;
        }
    }

    private void GrowSlots()
    {
        var larger = new Slot[4 * _slots.Length];
        int mask = larger.Length - 1;
        foreach (Slot slot in _slots)
        {
            if (slot.EntryPlusOne == 0) continue;
            int i = (int)slot.Hash & mask;
            while (larger[i].EntryPlusOne != 0) i = (i + 1) & mask;
            larger[i] = slot;
        }

        _slots = larger;
    }

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = (ulong)text.Length * 0x9E3779B97F4A7C15;
        while (text.Length >= 8)
        {
            hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(text)) * 0xFF51AFD7ED558CCD, 29);
            text = text[8..];
        }

        ulong tail = 0;
        foreach (byte b in text) tail = tail << 8 | b;
        hash = (hash ^ tail) * 0xC4CEB9FE1A85EC53;
        return (uint)(hash >> 32);
    }

    private readonly record struct Entry(int Start, int Length, int Id);

    private readonly record struct Slot(uint Hash, int EntryPlusOne);
}
