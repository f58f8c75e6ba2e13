using System.Text.Json;

namespace Innate.Text.ToolCalls;

/// <summary>
/// Reads the calls out of a model's words. Pure; whatever is written, it is read: what begins like a call and is none stays in
/// the content, and is told. What stands before the end of a thought (<c>&lt;/think&gt;</c>) calls nothing.
/// </summary>
public static class ToolCallParser
{
    /// <summary>What stands around a call in Hermes' form.</summary>
    public const string HermesOpen = "<tool_call>", HermesClose = "</tool_call>";

    /// <summary>What stands before calls in Mistral's form, and before their arguments in the newer one.</summary>
    public const string MistralCalls = "[TOOL_CALLS]", MistralArguments = "[ARGS]", MistralId = "[CALL_ID]";

    /// <summary>What may stand before a call in Llama's form.</summary>
    public const string LlamaTag = "<|python_tag|>";

    /// <summary>What a thought ends with.</summary>
    internal const string ThoughtEnd = "</think>";

    /// <summary>What a call begins with.</summary>
    /// <param name="form">The model's.</param>
    public static string MarkOf(ToolCallForm form) => form switch
    {
        ToolCallForm.Hermes => HermesOpen,
        ToolCallForm.Mistral => MistralCalls,
        _ => LlamaTag,
    };

    /// <summary>
    /// The texts of a form that may be special tokens of a tokenizer: they are part of what is read, where others are not.
    /// </summary>
    /// <param name="form">The model's.</param>
    public static IReadOnlyList<string> Kept(ToolCallForm form) => form switch
    {
        ToolCallForm.Hermes => [HermesOpen, HermesClose],
        ToolCallForm.Mistral => [MistralCalls, MistralArguments, MistralId],
        _ => [LlamaTag],
    };

    /// <summary>Their ids, where a tokenizer has them.</summary>
    /// <param name="form">The model's.</param>
    /// <param name="tokenizer">The model's.</param>
    public static IReadOnlySet<int> KeptIds(ToolCallForm form, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Kept(form).Select(tokenizer.TokenToId).OfType<int>().ToHashSet();
    }

    /// <summary>
    /// How many characters of a turn that is still being written are content whatever follows: all before what may become a call,
    /// and before the white space in front of it.
    /// </summary>
    /// <param name="text">All that was written so far.</param>
    /// <param name="form">The model's.</param>
    public static int CertainLength(string text, ToolCallForm form) => new StreamedToolCalls(form).Push(text).Length;

    /// <summary>
    /// The characters of a turn that are its thought: to the end of the first <c>&lt;/think&gt;</c>. A later one is in what is
    /// said, such as a call's arguments.
    /// </summary>
    /// <param name="text">A turn.</param>
    internal static int ThoughtLength(string text)
    {
        int end = text.IndexOf(ThoughtEnd, StringComparison.Ordinal);
        return end < 0 ? 0 : end + ThoughtEnd.Length;
    }

    /// <summary>Reads a turn.</summary>
    /// <param name="text">All that was written, with the form's own special tokens and without the end of the turn.</param>
    /// <param name="form">The model's.</param>
    public static ToolReply Parse(string text, ToolCallForm form)
    {
        int from = ThoughtLength(text);
        Reading reading = new(text, from);
        switch (form)
        {
            case ToolCallForm.Hermes: Hermes(reading); break;
            case ToolCallForm.Llama: Llama(reading); break;
            default: Mistral(reading); break;
        }

        return reading.ToReply();
    }

    private static void Hermes(Reading r)
    {
        while (r.Find(HermesOpen) is { } open)
        {
            int inside = open + HermesOpen.Length;
            int close = r.Text.IndexOf(HermesClose, inside, StringComparison.Ordinal);

            // A model that ends its turn with the call may leave out the last tag.
            int next = close < 0 ? r.Text.Length : close;
            ToolCall? call = ToolJson.Read(r.Text, inside, next, out int end, out string? fault) is { } value
                ? ToolJson.Call(value, "arguments", "parameters")
                : null;
            bool isAlone = call is not null && string.IsNullOrWhiteSpace(r.Text[end..next]);
            int past = close < 0 ? r.Text.Length : close + HermesClose.Length;
            if (isAlone) r.Take(open, past, call!);
            else r.Fault(past, HermesOpen, "a JSON object with \"name\" and \"arguments\"", fault ?? r.Short(inside, next));
        }
    }

    private static void Llama(Reading r)
    {
        int? tag = r.Find(LlamaTag);
        int start = tag is { } marked ? marked + LlamaTag.Length : r.SkipSpace(r.At);
        if (tag is null && (start >= r.Text.Length || r.Text[start] != '{')) return;
        int at = start;
        List<ToolCall> calls = [];
        string? fault = null;
        while (at < r.Text.Length)
        {
            fault = null;
            if (ToolJson.Read(r.Text, at, r.Text.Length, out int end, out fault) is not { } value
                || ToolJson.Call(value, "parameters", "arguments") is not { } call)
            {
                break;
            }

            calls.Add(call);
            at = r.SkipSpace(end);
            if (at < r.Text.Length && r.Text[at] == ';') at = r.SkipSpace(at + 1);
        }

        if (calls.Count > 0 && at >= r.Text.Length)
        {
            for (int i = 0; i < calls.Count; i++) r.Take(i == 0 ? tag ?? start : at, at, calls[i]);
        }
        else if (tag is not null || r.Text.AsSpan(start).Contains("\"name\"", StringComparison.Ordinal))
        {
            r.Fault(
                r.Text.Length, tag is null ? "{" : LlamaTag, "JSON objects with \"name\" and \"parameters\", and nothing else",
                fault ?? r.Short(at, r.Text.Length));
        }
    }

    private static void Mistral(Reading r)
    {
        while (r.Find(MistralCalls) is { } open)
        {
            int inside = r.SkipSpace(open + MistralCalls.Length);
            if (inside < r.Text.Length && r.Text[inside] == '[') MistralList(r, open, inside);
            else MistralNamed(r, open, inside);
        }
    }

    private static void MistralList(Reading r, int open, int inside)
    {
        if (ToolJson.Read(r.Text, inside, r.Text.Length, out int end, out string? fault) is { } list)
        {
            ToolCall?[] calls = [.. list.EnumerateArray().Select(v => ToolJson.Call(v, "arguments", "parameters"))];
            if (calls.Length > 0 && !calls.Contains(null))
            {
                for (int i = 0; i < calls.Length; i++) r.Take(i == 0 ? open : end, end, calls[i]!);
                return;
            }
        }

        r.Fault(
            Math.Max(end, inside), MistralCalls, "a list of JSON objects with \"name\" and \"arguments\"",
            fault ?? r.Short(inside, end));
    }

    private static void MistralNamed(Reading r, int open, int inside)
    {
        int next = r.Text.IndexOf(MistralCalls, inside, StringComparison.Ordinal);
        int limit = next < 0 ? r.Text.Length : next;
        int arguments = r.Text.IndexOf(MistralArguments, inside, limit - inside, StringComparison.Ordinal);
        string? fault = null;
        if (arguments >= 0)
        {
            string name = r.Text[inside..arguments];
            int id = name.IndexOf(MistralId, StringComparison.Ordinal);
            name = (id < 0 ? name : name[..id]).Trim();
            if (ToolJson.Read(r.Text, arguments + MistralArguments.Length, limit, out int end, out fault)
                is { ValueKind: JsonValueKind.Object } given && name.Length > 0)
            {
                r.Take(open, end, new ToolCall(name, given));
                return;
            }
        }

        r.Fault(limit, MistralCalls, "a name, [ARGS] and a JSON object", fault ?? r.Short(inside, limit));
    }

    // A text that is read from left to right: what is no call is content.
    private sealed class Reading(string text, int from)
    {
        private readonly List<ToolCall> _calls = [];
        private readonly List<string> _problems = [];
        private readonly List<string> _content = from > 0 ? [text[..from]] : [];

        public string Text => text;

        public int At { get; private set; } = from;

        public int? Find(string mark) => text.IndexOf(mark, At, StringComparison.Ordinal) is >= 0 and int at ? at : null;

        public int SkipSpace(int at)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            return at;
        }

        public void Take(int start, int end, ToolCall call)
        {
            _content.Add(text[At..start]);
            _calls.Add(call);
            At = end;
        }

        public void Fault(int end, string after, string expected, string found)
        {
            _content.Add(text[At..end]);
            _problems.Add($"after {after} expected {expected}, found {found}");
            At = end;
        }

        public string Short(int start, int end)
        {
            string found = text[start..Math.Max(start, end)].Trim();
            return found.Length == 0 ? "nothing" : found.Length <= 60 ? $"'{found}'" : $"'{found[..60]}...'";
        }

        // White space that stood before or between calls, and nothing after them, is no content.
        public ToolReply ToReply()
        {
            string content = string.Concat(_content) + text[At..];
            return new ToolReply(_calls.Count == 0 ? content : content.TrimEnd(), _calls, _problems);
        }
    }
}
