using Innate.Text.Tokenization.Patterns;

namespace Innate.Text.Tokenization;

/// <summary>
/// Makes the components that tokenizer.json names: one switch for each kind. An unknown name is refused, never passed over.
/// </summary>
internal static class ComponentReader
{
    /// <summary>The normalizer, or null for none.</summary>
    public static Normalizer? ReadNormalizer(JsonField field)
    {
        if (field.IsNull) return null;
        switch (field.Type)
        {
            case "NFC": return new UnicodeNormalizer(UnicodeNormalization.Nfc);
            case "NFD": return new UnicodeNormalizer(UnicodeNormalization.Nfd);
            case "NFKC": return new UnicodeNormalizer(UnicodeNormalization.Nfkc);
            case "NFKD": return new UnicodeNormalizer(UnicodeNormalization.Nfkd);
            case "Lowercase": return new LowercaseNormalizer();
            case "StripAccents": return new StripAccentsNormalizer();
            case "Prepend": return new PrependNormalizer(field["prepend"].Text());
            case "Strip": return new StripNormalizer(field["strip_left"].FlagOr(true), field["strip_right"].FlagOr(true));
            case "Replace": return new ReplaceNormalizer(ReadPattern(field["pattern"], out _), field["content"].Text());
            case "Sequence":
                return new SequenceNormalizer(field["normalizers"].Items().Select(ReadNormalizer).OfType<Normalizer>().ToArray());
            default:
                throw field.Unsupported(
                    "NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Strip, StripAccents, Sequence");
        }
    }

    /// <summary>The pre-tokenizers in order; a sequence within a sequence is laid flat.</summary>
    public static List<PreTokenizer> ReadPreTokenizers(JsonField field)
    {
        var result = new List<PreTokenizer>();
        if (field.IsNull) return result;
        switch (field.Type)
        {
            case "Sequence":
                foreach (JsonField part in field["pretokenizers"].Items()) result.AddRange(ReadPreTokenizers(part));
                break;
            case "ByteLevel":
                bool usesRegex = field["use_regex"].FlagOr(true);
                result.Add(new ByteLevelPreTokenizer(
                    field["add_prefix_space"].FlagOr(true), usesRegex ? PublishedPattern.Gpt2 : null, leaveRaw: false));
                break;
            case "Split":
                result.Add(new SplitPreTokenizer(
                    ReadPattern(field["pattern"], out _), ReadBehavior(field["behavior"]), field["invert"].FlagOr(false)));
                break;
            case "Digits":
                bool alone = field["individual_digits"].FlagOr(false);
                result.Add(new SplitPreTokenizer(
                    new ClassPattern(c => (UnicodeClasses.Flags(c) & UnicodeClasses.Number) != 0, runs: !alone),
                    SplitBehavior.Isolated, invert: false));
                break;
            case "Punctuation":
                SplitBehavior behavior =
                    field["behavior"].IsNull ? SplitBehavior.Isolated : ReadBehavior(field["behavior"]);
                result.Add(new SplitPreTokenizer(
                    new ClassPattern(UnicodeClasses.IsPunctuation, runs: false), behavior, invert: false));
                break;
            case "Whitespace":
                result.Add(new SplitPreTokenizer(
                    new RegexPattern(@"\w+|[^\w\s]+", field.Place), SplitBehavior.Removed, invert: true));
                break;
            case "WhitespaceSplit":
                result.Add(new SplitPreTokenizer(
                    new ClassPattern(UnicodeClasses.IsSpace, runs: false), SplitBehavior.Removed, invert: false));
                break;
            case "Metaspace":
                result.Add(new MetaspacePreTokenizer(
                    ReadReplacement(field), ReadPrependScheme(field), field["split"].FlagOr(true)));
                break;
            default:
                throw field.Unsupported(
                    "ByteLevel, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, Metaspace, Sequence");
        }

        return result;
    }

    /// <summary>The special tokens around a text.</summary>
    public static PostProcessor ReadPostProcessor(JsonField field)
    {
        if (field.IsNull) return PostProcessor.None;
        switch (field.Type)
        {
            case "ByteLevel":
                return PostProcessor.None; // only offsets, which we do not give
            case "Sequence":
                return field["processors"].Items().Aggregate(PostProcessor.None, (all, f) => all.Then(ReadPostProcessor(f)));
            case "TemplateProcessing":
                return ReadTemplate(field);
            case "BertProcessing" or "RobertaProcessing":
                return new PostProcessor([ReadTokenAndId(field["cls"])], [ReadTokenAndId(field["sep"])]);
            default:
                throw field.Unsupported("TemplateProcessing, ByteLevel, BertProcessing, RobertaProcessing, Sequence");
        }
    }

    /// <summary>
    /// The decoder as a function that puts its steps before a sink, a new chain for each decoding; null fields join with spaces.
    /// </summary>
    public static Func<DecoderStep, DecoderStep> ReadDecoder(JsonField field)
    {
        if (field.IsNull) return next => new JoinDecoder(next);
        var chain = new List<Func<DecoderStep, DecoderStep>>();
        bool tokensAreWhole = true;
        AddDecoders(field, chain, ref tokensAreWhole);
        return sink =>
        {
            DecoderStep next = sink;
            for (int i = chain.Count - 1; i >= 0; i--) next = chain[i](next);
            return next;
        };
    }

    private static void AddDecoders(JsonField field, List<Func<DecoderStep, DecoderStep>> chain, ref bool tokensAreWhole)
    {
        switch (field.Type)
        {
            case "Sequence":
                foreach (JsonField part in field["decoders"].Items()) AddDecoders(part, chain, ref tokensAreWhole);
                break;
            case "ByteLevel":
                RequireWhole(field, tokensAreWhole);
                tokensAreWhole = false;
                chain.Add(next => new ByteLevelDecoder(next));
                break;
            case "ByteFallback":
                RequireWhole(field, tokensAreWhole);
                tokensAreWhole = false;
                chain.Add(next => new ByteFallbackDecoder(next));
                break;
            case "Fuse":
                tokensAreWhole = false;
                chain.Add(next => new FuseDecoder(next));
                break;
            case "Replace":
                TextPattern pattern = ReadPattern(field["pattern"], out string? literal);
                string content = field["content"].Text();
                chain.Add(next => new ReplaceDecoder(pattern, literal, content, next));
                break;
            case "Strip":
                string stripped = field["content"].Text();
                if (stripped.Length != 1) throw field["content"].Refuse("should be one character");
                int start = field["start"].Number(), stop = field["stop"].Number();
                chain.Add(next => new StripDecoder(stripped[0], start, stop, next));
                break;
            case "Metaspace":
                RequireWhole(field, tokensAreWhole);
                string replacement = ReadReplacement(field);
                PrependScheme scheme = ReadPrependScheme(field);
                chain.Add(next => new MetaspaceDecoder(replacement, scheme, next));
                break;
            case "BPEDecoder":
                RequireWhole(field, tokensAreWhole);
                string suffix = field["suffix"].TextOr("</w>")!;
                chain.Add(next => new SuffixDecoder(suffix, next));
                break;
            default:
                throw field.Unsupported("ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace, BPEDecoder, Sequence");
        }
    }

    private static void RequireWhole(JsonField field, bool tokensAreWhole)
    {
        if (!tokensAreWhole) throw field.Refuse($"'{field.Type}' after a decoder that joins tokens is not supported");
    }

    private static TextPattern ReadPattern(JsonField field, out string? literal)
    {
        literal = null;
        if (field.Has("Regex")) return TextPattern.FromRegex(field["Regex"].Text(), field["Regex"].Place);
        if (!field.Has("String")) throw field.Refuse("should have a 'String' or a 'Regex'");
        literal = field["String"].Text();
        if (literal.Length == 0) throw field["String"].Refuse("is empty, which is not supported");
        return new LiteralPattern(literal);
    }

    private static SplitBehavior ReadBehavior(JsonField field) => field.Text() switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        var other => throw field.Refuse(
            $"'{other}' is not supported (supported: Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous)"),
    };

    private static string ReadReplacement(JsonField field)
    {
        string text = field["replacement"].TextOr("▁")!;
        return text.Length > 0 ? text : throw field["replacement"].Refuse("is empty");
    }

    private static PrependScheme ReadPrependScheme(JsonField field)
    {
        // Older files say add_prefix_space where newer ones say prepend_scheme.
        JsonField scheme = field["prepend_scheme"];
        if (scheme.IsNull) return field["add_prefix_space"].FlagOr(true) ? PrependScheme.Always : PrependScheme.Never;
        return scheme.Text() switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw scheme.Refuse($"'{other}' is not supported (supported: always, first, never)"),
        };
    }

    private static PostProcessor ReadTemplate(JsonField field)
    {
        var before = new List<int>();
        var after = new List<int>();
        int texts = 0;
        foreach (JsonField piece in field["single"].Items())
        {
            if (piece.Has("Sequence"))
            {
                JsonField id = piece["Sequence"]["id"];
                if (id.Text() != "A" || ++texts > 1) throw id.Refuse("should be 'A', once in the template");
                continue;
            }

            JsonField special = piece["SpecialToken"]["id"];
            JsonField definition = field["special_tokens"][special.Text()];
            if (definition.IsNull) throw special.Refuse($"'{special.Text()}' is not among special_tokens");
            (texts == 0 ? before : after).AddRange(definition["ids"].Items().Select(i => i.Number()));
        }

        return texts == 1
            ? new PostProcessor([.. before], [.. after])
            : throw field["single"].Refuse("has no place for the text");
    }

    private static int ReadTokenAndId(JsonField field)
    {
        JsonField[] items = field.Items();
        return items.Length == 2 ? items[1].Number() : throw field.Refuse("should be a token and its id");
    }
}
