using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Innate.Rows;
using Innate.Text;

namespace Innate.Runs.Aligning.Handover;

/// <summary>The pieces that the trainers' files are made of. Pure.</summary>
internal static class HandoverText
{
    /// <summary>A number as every trainer reads it.</summary>
    public static string Number(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Number(int x) => x.ToString(CultureInfo.InvariantCulture);

    /// <summary>A text as one word of a shell.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A text as a literal of Python, which reads JSON's.</summary>
    public static string Literal(string text) =>
        $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>A file of <c>integrations/</c>.</summary>
    public static string Integration(string name)
    {
        using Stream stream = typeof(HandoverText).Assembly.GetManifestResourceStream($"Innate.Integrations.{name}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    /// <summary>JSON lines of the prompts to learn from, each with its place.</summary>
    public static string Rows(
        IEnumerable<(IReadOnlyList<ConversationMessage> Messages, string? Answer)> prompts,
        Action<Utf8JsonWriter, IReadOnlyList<ConversationMessage>, string?, int> write)
    {
        using MemoryStream lines = new();
        int index = 0;
        foreach ((IReadOnlyList<ConversationMessage> messages, string? answer) in prompts)
        {
            int at = index++;
            lines.Write(RowWriter.Line(w => write(w, messages, answer, at)));
        }

        return Encoding.UTF8.GetString(lines.GetBuffer().AsSpan(0, (int)lines.Length));
    }

    /// <summary>A script of a shell that begins with a look at the server, before a model is loaded.</summary>
    /// <param name="trainer">The integration's module.</param>
    /// <param name="command">What follows.</param>
    public static string Launch(string trainer, string command) => $"""
        #!/usr/bin/env bash
        set -euo pipefail
        cd "$(dirname "$0")"
        python3 - <<'PYTHON'
        import sys
        from {trainer} import Innate, InnateError
        try:
            Innate().check()
        except InnateError as error:
            sys.exit(f"innate: {"{error}"}")
        PYTHON
        {command}

        """;

    /// <summary>Three lines on what the folder is.</summary>
    public static string Readme(HandoverPlan plan, string title) => string.Join('\n',
        string.Create(CultureInfo.InvariantCulture, $"`innate align --on` wrote this folder: {title} trains {plan.Model} on ")
        + string.Create(CultureInfo.InvariantCulture, $"{plan.Prompts.Count} prompts with the reward `{plan.Reward}`, ")
        + "by the numbers of the local run.",
        $"Serve the model as it is now, `innate serve --model {Quoted(plan.Model)}`, and run `./launch.sh`; INNATE_URL and "
        + "INNATE_API_KEY say where the server is.",
        "`prompts/choose.jsonl` and `prompts/judge.jsonl` are not learned from: choose and judge by them, for nothing here "
        + "watches guards or says that the model is better.",
        "");
}
