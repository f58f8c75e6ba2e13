using System.CommandLine;
using System.Globalization;
using Innate.Models;
using Innate.Rows;
using Innate.Scoring;

namespace Innate.Cli.Commands;

/// <summary>The options of guidance, and of the prompt that it compares with.</summary>
internal sealed class GuidanceChoice
{
    public Option<string?> Scale { get; } = Opt.Text(
        "--cfg", "W", "Classifier-free guidance: rewards are of the logits z_u + W (z_c - z_u), where z_u follows the null "
        + "prompt; W,WI: of z_u + WI (z_i - z_u) + W (z_c - z_i), where z_i follows a row's \"image_prompt_ids\" [off: of z_c]");

    public Option<string?> NullPrompt { get; } = Opt.Text(
        "--null-prompt", "TEXT", "The null prompt of --cfg, and of the reward pmi, where a row has no \"null_prompt_ids\" and no "
        + "\"null_prompt\" [off: none, of pmi an empty user message]");

    public Option<string?> NullIds { get; } = Opt.Text(
        "--null-prompt-ids", "IDS", "The same as token ids with commas between them [off: --null-prompt]");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Scale, NullPrompt, NullIds]) command.Add(option);
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="InputException">A text that is no scale or no ids; or both null prompts.</exception>
    public GuidanceSettings? Of(ParseResult parsed)
    {
        string? text = parsed.GetValue(NullPrompt), ids = parsed.GetValue(NullIds);
        if (text is not null && ids is not null)
        {
            throw new InputException($"{NullIds.Name}: expected none beside {NullPrompt.Name}, found both.");
        }

        Guidance? guidance = parsed.GetValue(Scale) is { } scale ? Guidance.Parse(scale) : null;
        if (guidance is null && text is null && ids is null) return null;
        return new GuidanceSettings
        {
            Guidance = guidance,
            NullPrompt = text is not null ? new RowPrompt { Text = text }
                : ids is not null ? new RowPrompt { Ids = Ids(ids) }
                : null,
        };
    }

    private int[] Ids(string text)
    {
        string[] parts = text.Split(',');
        int[] ids = new int[parts.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            if (int.TryParse(parts[i], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out ids[i])) continue;
            throw new InputException($"{NullIds.Name}: expected token ids with commas between them, found '{text}'.");
        }

        return ids;
    }
}
