using System.CommandLine;
using Innate.Recipes;
using Innate.Reports;
using Innate.Runs.Arena;

namespace Innate.Cli.Commands;

/// <summary><c>innate recipes</c>: the papers' recipes, listed and read.</summary>
internal static class RecipesCommand
{
    private const string Description = """
        The papers' recipes of reinforcement learning: a table, or one recipe's page.

        A page has the formula, the defaults, what should be seen where it works (signature), how it fails, and what no source
        settles and we chose (ours). docs/zoo.md has all of them with what the arena measured.

        Examples:
          innate recipes
          innate recipes intuitor
          innate train rl --recipe intuitor --data questions.jsonl --out run
        """;

    public static Command Create(CliIo io)
    {
        Argument<string?> name = new("NAME") { Description = "A recipe [default: all]", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> markdown = Opt.Flag("--markdown", "All recipes as one page of markdown, docs/zoo.md [off]");
        Option<string?> results = Opt.Text(
            "--results", "FILE", "With --markdown: an arena's arena.json, whose figures stand on the page [off: none]");
        Command command = new("recipes", Description) { name, markdown, results };
        command.SetAction(parsed =>
        {
            bool asksPage = parsed.GetValue(markdown);
            if (!asksPage && parsed.GetValue(results) is { } file)
            {
                throw new InputException($"--results: expected none without --markdown, found '{file}'.");
            }

            string text = asksPage ? ZooPage.Of(parsed.GetValue(results))
                : parsed.GetValue(name) is { } one ? RecipeText.Page(RecipeList.Of(one, "NAME"))
                : AlignedText.Of(RecipeText.Table(RecipeList.All));
            using StreamWriter output = io.TextOutput();
            output.Write(text);
            return ExitCodes.Success;
        });
        return command;
    }
}
