using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Unicode;
using Innate.Text;

namespace Innate.Server.Completions;

/// <summary>
/// What a token is called where it did not come: its text inside a sequence. Special tokens have their own names. Tokens that end
/// inside a character are called by its replacement.
/// </summary>
/// <param name="tokenizer">Null: the folder has none, and tokens are called by their ids.</param>
internal sealed class TokenNames(Tokenizer? tokenizer)
{
    private readonly ConcurrentDictionary<int, string> _names = new();
    private readonly int[] _before = tokenizer?.Encode("a") ?? [];
    private readonly Lazy<TokenWriter?> _writer = new(() => tokenizer is null ? null : new TokenWriter(tokenizer));

    /// <summary>The text of an alternative.</summary>
    public string Of(int id) => _names.GetOrAdd(id, Make);

    /// <summary>
    /// A token's own bytes, where its text does not tell them: it ends or begins inside a character, or follows half of one, of
    /// which its text then has the rest. Null of any other, whose bytes are those of its text.
    /// </summary>
    public byte[]? PartOf(int id, string text) =>
        _writer.Value?.BytesOf(id) is { Length: > 0 } bytes
            && (!Utf8.IsValid(bytes) || text.Contains('\ufffd', StringComparison.Ordinal))
                ? bytes
                : null;

    /// <summary>A token by its id, as vLLM writes it.</summary>
    public static string ById(int id) => $"token_id:{id.ToString(CultureInfo.InvariantCulture)}";

    private string Make(int id)
    {
        if (tokenizer is null) return ById(id);
        if (tokenizer.IsSpecial(id)) return tokenizer.IdToToken(id)!;

        // A decoder may drop the first token's leading space: another token goes before it.
        string before = tokenizer.Decode(_before), both = tokenizer.Decode([.. _before, id]);
        return both.StartsWith(before, StringComparison.Ordinal) ? both[before.Length..] : tokenizer.Decode([id]);
    }
}
