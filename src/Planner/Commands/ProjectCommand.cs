using System.CommandLine;
using ThotNet.Planner.Projection;
using ThotNet.Planner.Providers;
using ThotNet.Planner.Reports;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Commands;

/// <summary><c>project</c>: what a day of so many users would use of the budgets, and what the rest would cost.</summary>
internal sealed class ProjectCommand
{
    private const int StandardUsers = 1000;

    // Ten times as many are projected too.
    private const int MostUsers = 10_000_000;

    private readonly Option<Catalog?> _providers = PlannerOptions.Providers();
    private readonly Option<TraceCurve> _shape = PlannerOptions.Shape();
    private readonly Option<ReportFormat> _format = PlannerOptions.Format();
    private readonly Option<int> _users = PlannerOptions.Whole("--users", "Users a day; ten times as many are projected too", StandardUsers, 1, MostUsers);
    private readonly Option<double> _requests = PlannerOptions.Number("--requests-per-user", "Requests of each user a day", 5, 0.001, 1000);
    private readonly Option<int> _tokens = PlannerOptions.Whole("--tokens", "Tokens of each request, prompt and output together", 170, 1, TraceReader.MostTokens);
    private readonly Option<double> _output = PlannerOptions.Number("--output-part", "The part of the tokens that is output", 0.3, 0, 1);
    private readonly Option<double> _browser = PlannerOptions.Number("--webllm", "Per cent of the requests that browsers answer themselves", 0, 0, 100);
    private readonly Option<double> _inputPrice = PlannerOptions.Number("--input-price", "Dollars for a million prompt tokens that do not fit", 0.05, 0, 1000);
    private readonly Option<double> _outputPrice = PlannerOptions.Number("--output-price", "Dollars for a million output tokens that do not fit", 0.08, 0, 1000);

    /// <summary>Makes the command.</summary>
    public Command Create()
    {
        var command = new Command("project", "Project what fits into the budgets of a day, when they run out, and what the rest costs")
        {
            _users, _requests, _tokens, _output, _shape, _providers, _browser, _inputPrice, _outputPrice, _format,
        };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var input = new ProjectionInput(
            parsed.GetValue(_users), parsed.GetValue(_requests), parsed.GetValue(_tokens), parsed.GetValue(_output), parsed.GetValue(_browser) / 100,
            parsed.GetValue(_shape), parsed.GetValue(_inputPrice), parsed.GetValue(_outputPrice));
        var catalog = parsed.GetValue(_providers) ?? ProvidersFile.Seed();
        var days = new[] { input, input with { Users = 10 * input.Users } }.Select(day => DayProjection.Project(catalog, day));
        ReportWriter.Write(ProjectionReport.Make([.. days]), parsed.GetValue(_format), parsed.InvocationConfiguration.Output);
        return 0;
    }
}
