using System.Text;
using Innate.Text;
using Innate.Text.Tokenization;
using LLama.Native;

namespace Innate.LlamaCpp;

/// <summary>A file's own tokenizer through llama.cpp: for those that cut text in a way that this library does not know.</summary>
internal static class LlamaTokens
{
    /// <summary>
    /// A tokenizer of the library's, in which llama.cpp makes tokens of text, and the pieces of its tokens make text again.
    /// </summary>
    /// <param name="model">The model; must outlive the tokenizer.</param>
    public static Tokenizer Read(SafeLlamaModelHandle model)
    {
        Vocabulary vocabulary = new();
        List<AddedToken> added = [];
        for (int id = 0; id < model.Vocab.Count; id++)
        {
            byte[] shown = Piece(model, id, special: true), plain = Piece(model, id, special: false);

            // A control token has a text, which is no part of what is said.
            bool isControl = shown.Length > 0 && plain.Length == 0;
            char[] letters = [.. shown.Select(b => ByteLevelAlphabet.CharOfByte[b])];
            if (!isControl && vocabulary.Add(Encoding.UTF8.GetBytes(letters), id)) continue;
            added.Add(new AddedToken(id, Encoding.UTF8.GetString(shown), isControl, false, false, false, false));
        }

        int[] Special(bool isAdded, LLamaToken? token) => isAdded && token is { } known ? [(int)known] : [];
        BytePairSettings none = new(null, null, null, FuseUnknown: false, ByteFallback: false, IgnoreMerges: false);
        TokenizerParts parts = new()
        {
            Vocabulary = vocabulary,
            Model = new BytePairModel(vocabulary, new MergeTable(0), none, []),
            UnknownToken = null,
            AddedTokens = added,
            Normalizer = null,
            PreTokenizers = [],
            PostProcessor = new PostProcessor(
                Special(model.Vocab.ShouldAddBOS, model.Vocab.BOS), Special(model.Vocab.ShouldAddEOS, model.Vocab.EOS)),
            Decoder = next => new ByteLevelDecoder(next),
        };
        return Tokenizer.Of(parts, TokenizerConfig.Read([], "tokenizer_config.json"), text => Encode(model, text));
    }

    private static int[] Encode(SafeLlamaModelHandle model, string text) =>
        [.. model.Tokenize(text, addBos: false, special: true, Encoding.UTF8).Select(t => (int)t)];

    private static byte[] Piece(SafeLlamaModelHandle model, int id, bool special)
    {
        Span<byte> room = stackalloc byte[256];
        int length = (int)model.TokenToSpan(id, room, 0, special);
        if (length <= room.Length) return room[..length].ToArray();
        byte[] larger = new byte[length];
        return larger[..(int)model.TokenToSpan(id, larger, 0, special)];
    }
}
