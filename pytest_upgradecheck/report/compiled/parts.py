"""Generated from parts.j2."""

from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'parts.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_time = l_0_unprinted = l_0_on_paper = l_0_state = l_0_moves = l_0_no_boundary = l_0_glance = l_0_counts = l_0_boundaries = l_0_message = l_0_obstacle = l_0_changed = l_0_before_after = l_0_results = l_0_result = l_0_change = l_0_completeness = l_0_group_starts = l_0_check_row = l_0_attachments = l_0_provenance = missing
    try:
        t_1 = environment.filters['capitalize']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'capitalize' found.")
    try:
        t_2 = environment.filters['groupby']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'groupby' found.")
    try:
        t_3 = environment.filters['int']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'int' found.")
    try:
        t_4 = environment.filters['join']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named 'join' found.")
    try:
        t_5 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_5(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_6 = environment.filters['lines']
    except KeyError:
        @internalcode
        def t_6(*unused):
            raise TemplateRuntimeError("No filter named 'lines' found.")
    try:
        t_7 = environment.filters['list']
    except KeyError:
        @internalcode
        def t_7(*unused):
            raise TemplateRuntimeError("No filter named 'list' found.")
    try:
        t_8 = environment.filters['map']
    except KeyError:
        @internalcode
        def t_8(*unused):
            raise TemplateRuntimeError("No filter named 'map' found.")
    try:
        t_9 = environment.filters['selectattr']
    except KeyError:
        @internalcode
        def t_9(*unused):
            raise TemplateRuntimeError("No filter named 'selectattr' found.")
    try:
        t_10 = environment.filters['sentence']
    except KeyError:
        @internalcode
        def t_10(*unused):
            raise TemplateRuntimeError("No filter named 'sentence' found.")
    try:
        t_11 = environment.filters['took']
    except KeyError:
        @internalcode
        def t_11(*unused):
            raise TemplateRuntimeError("No filter named 'took' found.")
    try:
        t_12 = environment.filters['utc']
    except KeyError:
        @internalcode
        def t_12(*unused):
            raise TemplateRuntimeError("No filter named 'utc' found.")
    try:
        t_13 = environment.filters['words']
    except KeyError:
        @internalcode
        def t_13(*unused):
            raise TemplateRuntimeError("No filter named 'words' found.")
    try:
        t_14 = environment.tests['none']
    except KeyError:
        @internalcode
        def t_14(*unused):
            raise TemplateRuntimeError("No test named 'none' found.")
    pass
    def macro(l_1_at):
        t_15 = []
        if l_1_at is missing:
            l_1_at = undefined("parameter 'at' was not provided", name='at')
        pass
        t_15.extend((
            '<time datetime="',
            escape(environment.finalize(l_1_at)),
            '">',
            escape(environment.finalize(t_12(l_1_at))),
            '</time>',
        ))
        return concat(t_15)
    context.exported_vars.add('time')
    context.vars['time'] = l_0_time = Macro(environment, macro, 'time', ('at',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_number):
        t_16 = []
        l_1_most_printed = resolve('most_printed')
        if l_1_number is missing:
            l_1_number = undefined("parameter 'number' was not provided", name='number')
        pass
        if (l_1_number > (undefined(name='most_printed') if l_1_most_printed is missing else l_1_most_printed)):
            pass
            t_16.append(
                ' class="unprinted"',
            )
        return concat(t_16)
    context.exported_vars.add('unprinted')
    context.vars['unprinted'] = l_0_unprinted = Macro(environment, macro, 'unprinted', ('number',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_number, l_1_things):
        t_17 = []
        l_1_most_printed = resolve('most_printed')
        if l_1_number is missing:
            l_1_number = undefined("parameter 'number' was not provided", name='number')
        if l_1_things is missing:
            l_1_things = undefined("parameter 'things' was not provided", name='things')
        pass
        if (l_1_number > (undefined(name='most_printed') if l_1_most_printed is missing else l_1_most_printed)):
            pass
            t_17.extend((
                '<span class="on-paper"> (not printed: ',
                escape(environment.finalize(t_3(l_1_number))),
                ' ',
                escape(environment.finalize(l_1_things)),
                ')</span>',
            ))
        return concat(t_17)
    context.exported_vars.add('on_paper')
    context.vars['on_paper'] = l_0_on_paper = Macro(environment, macro, 'on_paper', ('number', 'things'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_word):
        t_18 = []
        if l_1_word is missing:
            l_1_word = undefined("parameter 'word' was not provided", name='word')
        pass
        t_18.extend((
            '<span class="state s-',
            escape(environment.finalize(l_1_word)),
            '">',
            escape(environment.finalize(t_13(l_1_word))),
            '</span>',
        ))
        return concat(t_18)
    context.exported_vars.add('state')
    context.vars['state'] = l_0_state = Macro(environment, macro, 'state', ('word',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_steps):
        t_19 = []
        if l_1_steps is missing:
            l_1_steps = undefined("parameter 'steps' was not provided", name='steps')
        pass
        l_2_loop = missing
        for l_2_each, l_2_loop in LoopContext(l_1_steps[:4], undefined):
            _loop_vars = {}
            pass
            t_19.extend((
                escape(environment.finalize(environment.getattr(l_2_each, 'product'))),
                ' ',
                escape(environment.finalize(environment.getattr(l_2_each, 'from_version'))),
                ' → ',
                escape(environment.finalize(environment.getattr(l_2_each, 'to_version'))),
            ))
            if (not environment.getattr(l_2_loop, 'last')):
                pass
                t_19.append(
                    ', ',
                )
        l_2_loop = l_2_each = missing
        if (t_5(l_1_steps) > 4):
            pass
            t_19.extend((
                ' and <a href="#sequence">',
                escape(environment.finalize((t_5(l_1_steps) - 4))),
                ' more</a>',
            ))
        return concat(t_19)
    context.exported_vars.add('moves')
    context.vars['moves'] = l_0_moves = Macro(environment, macro, 'moves', ('steps',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view):
        t_20 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        if t_7(context.eval_ctx, t_9(context, environment.getattr(environment.getattr(l_1_view, 'plan'), 'sequence'), 'rollback_boundary', 'defined')):
            pass
            t_20.append(
                'None was observed',
            )
        else:
            pass
            t_20.append(
                'The plan names no boundary',
            )
        return concat(t_20)
    context.exported_vars.add('no_boundary')
    context.vars['no_boundary'] = l_0_no_boundary = Macro(environment, macro, 'no_boundary', ('view',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_document, l_1_verdict, l_1_sign, l_1_blockers, l_1_waived, l_1_complete, l_1_now):
        t_21 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_document is missing:
            l_1_document = undefined("parameter 'document' was not provided", name='document')
        if l_1_verdict is missing:
            l_1_verdict = undefined("parameter 'verdict' was not provided", name='verdict')
        if l_1_sign is missing:
            l_1_sign = undefined("parameter 'sign' was not provided", name='sign')
        if l_1_blockers is missing:
            l_1_blockers = undefined("parameter 'blockers' was not provided", name='blockers')
        if l_1_waived is missing:
            l_1_waived = undefined("parameter 'waived' was not provided", name='waived')
        if l_1_complete is missing:
            l_1_complete = undefined("parameter 'complete' was not provided", name='complete')
        if l_1_now is missing:
            l_1_now = undefined("parameter 'now' was not provided", name='now')
        pass
        t_21.extend((
            '<header class="v-',
            escape(environment.finalize(l_1_verdict)),
            '">\n<div class="verdict">\n<h1><span aria-hidden="true">',
            escape(environment.finalize(l_1_sign)),
            '</span> ',
            escape(environment.finalize(t_13(l_1_verdict))),
            '</h1>\n<p class="lead">',
            escape(environment.finalize(t_10(environment.getattr(l_1_document, 'reason')))),
            '</p>\n<dl class="facts">\n<div><dt>Upgrade</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_document, 'title'))),
            '</dd></div>\n<div><dt>Environment</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_document, 'environment'))),
            '</dd></div>\n<div><dt>Phase</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_document, 'phase'))),
        ))
        if environment.getattr(l_1_document, 'step'):
            pass
            t_21.extend((
                ', up to step ',
                escape(environment.finalize(environment.getattr(l_1_document, 'step'))),
            ))
        t_21.extend((
            '</dd></div>\n<div><dt>Started</dt><dd>',
            escape(environment.finalize(context.call((undefined(name='time') if l_0_time is missing else l_0_time), environment.getattr(l_1_document, 'started_at')))),
            '</dd></div>\n<div><dt>Ended</dt><dd>',
        ))
        if environment.getattr(l_1_document, 'finished_at'):
            pass
            t_21.append(
                escape(environment.finalize(context.call((undefined(name='time') if l_0_time is missing else l_0_time), environment.getattr(l_1_document, 'finished_at')))),
            )
        else:
            pass
            t_21.append(
                escape(environment.finalize(context.call(environment.getattr(l_1_view, 'not_ended'), environment.getattr(l_1_view, 'last')))),
            )
        t_21.extend((
            '</dd></div>\n<div><dt>Planned</dt><dd>',
            escape(environment.finalize(context.call((undefined(name='moves') if l_0_moves is missing else l_0_moves), environment.getattr(l_1_document, 'steps')))),
            '</dd></div>\n<div><dt>Now</dt><dd>',
            escape(environment.finalize(l_1_now)),
            '</dd></div>\n</dl>\n</div>\n<div class="glance">\n<div class="card">\n<h2>Rollback boundaries</h2>\n',
        ))
        if (not environment.getattr(l_1_document, 'boundaries')):
            pass
            t_21.extend((
                '<p>',
                escape(environment.finalize(context.call((undefined(name='no_boundary') if l_0_no_boundary is missing else l_0_no_boundary), l_1_view))),
                '.</p>\n',
            ))
        elif (t_5(environment.getattr(l_1_document, 'boundaries')) <= 6):
            pass
            t_21.append(
                '<ul>\n',
            )
            for l_2_each in environment.getattr(l_1_document, 'boundaries'):
                _loop_vars = {}
                pass
                t_21.extend((
                    '<li>',
                    escape(environment.finalize(environment.getattr(l_2_each, 'name'))),
                ))
                if (t_5(environment.getattr(l_1_document, 'boundaries')) < 4):
                    pass
                    t_21.extend((
                        ' <span class="soft">(step ',
                        escape(environment.finalize(environment.getattr(l_2_each, 'step'))),
                        ')</span>',
                    ))
                t_21.extend((
                    ': ',
                    escape(environment.finalize(context.call((undefined(name='state') if l_0_state is missing else l_0_state), environment.getattr(l_2_each, 'state'), _loop_vars=_loop_vars))),
                    '</li>\n',
                ))
            l_2_each = missing
            t_21.append(
                '</ul>\n',
            )
        else:
            pass
            t_21.append(
                '<ul>\n',
            )
            for (l_2_name, l_2_those) in t_2(environment, environment.getattr(l_1_document, 'boundaries'), 'state'):
                _loop_vars = {}
                pass
                t_21.extend((
                    '<li>',
                    escape(environment.finalize(t_5(l_2_those))),
                    ' ',
                    escape(environment.finalize(context.call((undefined(name='state') if l_0_state is missing else l_0_state), l_2_name, _loop_vars=_loop_vars))),
                    ': ',
                    escape(environment.finalize(t_4(context.eval_ctx, t_8(context, l_2_those[:4], attribute='name'), ', '))),
                ))
                if (t_5(l_2_those) > 4):
                    pass
                    t_21.append(
                        ' ...',
                    )
                t_21.append(
                    '</li>\n',
                )
            l_2_name = l_2_those = missing
            t_21.append(
                '</ul>\n',
            )
        t_21.extend((
            '</div>\n<div class="card">\n<h2>Action needed: ',
            escape(environment.finalize(t_5(l_1_blockers))),
            '</h2>\n',
        ))
        if l_1_blockers:
            pass
            t_21.append(
                '<ol>\n',
            )
            for l_2_each in l_1_blockers[:3]:
                _loop_vars = {}
                pass
                t_21.extend((
                    '<li><a href="#',
                    escape(environment.finalize(environment.getattr(l_2_each, 'anchor'))),
                    '">',
                    escape(environment.finalize(environment.getattr(l_2_each, 'name'))),
                    '</a> <span class="soft clamp">',
                    escape(environment.finalize(environment.getattr(l_2_each, 'what'))),
                    ': ',
                    escape(environment.finalize(environment.getattr(l_2_each, 'headline'))),
                    '</span></li>\n',
                ))
            l_2_each = missing
            t_21.append(
                '</ol>\n',
            )
            if (t_5(l_1_blockers) > 3):
                pass
                t_21.extend((
                    '<p><a href="#action">and ',
                    escape(environment.finalize((t_5(l_1_blockers) - 3))),
                    ' more</a></p>\n',
                ))
        else:
            pass
            t_21.append(
                '<p>No blockers.</p>\n',
            )
        if l_1_waived:
            pass
            t_21.extend((
                '<p>',
                escape(environment.finalize(t_5(l_1_waived))),
                ' waived ',
                escape(environment.finalize(('failure' if (t_5(l_1_waived) == 1) else 'failures'))),
                '</p>\n',
            ))
        t_21.extend((
            '</div>\n<div class="card">\n<h2>Before and after</h2>\n',
            escape(environment.finalize(context.call((undefined(name='counts') if l_0_counts is missing else l_0_counts), l_1_view, l_1_complete))),
            '\n</div>\n<div class="card">\n<h2>Evidence: ',
            escape(environment.finalize(('complete' if environment.getattr(l_1_complete, 'complete') else 'not complete'))),
            '</h2>\n<p>',
            escape(environment.finalize(environment.getattr(l_1_complete, 'planned'))),
            ' planned, ',
            escape(environment.finalize(environment.getattr(l_1_complete, 'run'))),
            ' run, ',
            escape(environment.finalize(context.call(environment.getattr(environment.getattr(l_1_document, 'counts'), 'get'), 'passed', 0))),
            ' passed',
        ))
        def t_22(fiter):
            for l_2_name in fiter:
                if context.call(environment.getattr(environment.getattr(l_1_document, 'counts'), 'get'), l_2_name):
                    yield l_2_name
        for l_2_name in t_22(['failed', 'error']):
            _loop_vars = {}
            pass
            t_21.extend((
                ', ',
                escape(environment.finalize(environment.getitem(environment.getattr(l_1_document, 'counts'), l_2_name))),
                ' ',
                escape(environment.finalize(l_2_name)),
            ))
        l_2_name = missing
        t_21.append(
            '</p>\n',
        )
        if (not environment.getattr(l_1_complete, 'complete')):
            pass
            t_21.append(
                '<ul>\n',
            )
            for l_2_gap in environment.getattr(l_1_complete, 'gaps')[:5]:
                _loop_vars = {}
                pass
                t_21.extend((
                    '<li>',
                    escape(environment.finalize(t_13(l_2_gap))),
                    '</li>\n',
                ))
            l_2_gap = missing
            t_21.append(
                '</ul>\n',
            )
        t_21.extend((
            '<p class="soft">Baseline: ',
            escape(environment.finalize(environment.getattr(l_1_complete, 'baseline'))),
            '</p>\n</div>\n</div>\n<nav aria-label="Sections">\n<ul>\n<li><a href="#boundary">Boundaries</a></li>\n<li><a href="#action">Action needed</a></li>\n<li><a href="#changes">Before and after</a></li>\n<li><a href="#availability">Availability</a></li>\n<li><a href="#sequence">Sequence</a></li>\n<li><a href="#completeness">Completeness</a></li>\n<li><a href="#checks">All checks</a></li>\n<li><a href="#provenance">Provenance</a></li>\n</ul>\n</nav>\n</header>\n',
        ))
        return concat(t_21)
    context.exported_vars.add('glance')
    context.vars['glance'] = l_0_glance = Macro(environment, macro, 'glance', ('view', 'document', 'verdict', 'sign', 'blockers', 'waived', 'complete', 'now'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_complete):
        t_23 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_complete is missing:
            l_1_complete = undefined("parameter 'complete' was not provided", name='complete')
        pass
        if environment.getattr(environment.getattr(environment.getattr(l_1_view, 'last'), 'phase'), 'after_change'):
            pass
            t_23.append(
                '<table>\n<tbody>\n',
            )
            for (l_2_name, l_2_word) in [('regressed', 'regressed'), ('fixed', 'fixed'), ('failing-since-before', 'failing since before'), ('new', 'new'), ('missing-after', 'missing after')]:
                _loop_vars = {}
                pass
                t_23.extend((
                    '<tr><th scope="row">',
                    escape(environment.finalize(l_2_word)),
                    '</th><td>',
                    escape(environment.finalize(context.call(environment.getattr(environment.getattr(l_1_view, 'transitions'), 'get'), l_2_name, 0, _loop_vars=_loop_vars))),
                ))
                if context.call(environment.getattr(environment.getattr(l_1_view, 'waived_of'), 'get'), l_2_name, _loop_vars=_loop_vars):
                    pass
                    t_23.extend((
                        ' (',
                        escape(environment.finalize(environment.getitem(environment.getattr(l_1_view, 'waived_of'), l_2_name))),
                        ' waived)',
                    ))
                t_23.append(
                    '</td></tr>\n',
                )
            l_2_name = l_2_word = missing
            if environment.getattr(l_1_view, 'failing_alone'):
                pass
                t_23.extend((
                    '<tr><th scope="row">failing, not run before</th><td>',
                    escape(environment.finalize(t_5(environment.getattr(l_1_view, 'failing_alone')))),
                    '</td></tr>\n',
                ))
            t_23.append(
                '<tr><th scope="row">compared values that changed</th><td>',
            )
            if environment.getattr(l_1_complete, 'changed_values'):
                pass
                t_23.extend((
                    '<a href="#compared">',
                    escape(environment.finalize(environment.getattr(l_1_complete, 'changed_values'))),
                    '</a>',
                ))
            else:
                pass
                t_23.append(
                    '0',
                )
            t_23.append(
                '</td></tr>\n</tbody>\n</table>\n',
            )
        else:
            pass
            t_23.extend((
                '<p>This run is before the change. It captured ',
                escape(environment.finalize(t_5(environment.getattr(environment.getattr(l_1_view, 'last'), 'captures')))),
                ' values to compare with.</p>\n',
            ))
        return concat(t_23)
    context.exported_vars.add('counts')
    context.vars['counts'] = l_0_counts = Macro(environment, macro, 'counts', ('view', 'complete'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_document, l_1_view):
        t_24 = []
        if l_1_document is missing:
            l_1_document = undefined("parameter 'document' was not provided", name='document')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        pass
        if (not environment.getattr(l_1_document, 'boundaries')):
            pass
            t_24.extend((
                '<p>',
                escape(environment.finalize(context.call((undefined(name='no_boundary') if l_0_no_boundary is missing else l_0_no_boundary), l_1_view))),
                '.</p>\n',
            ))
        else:
            pass
            t_24.append(
                '<div class="wide" tabindex="0" role="region" aria-label="Table of rollback boundaries">\n<table class="stacks">\n<thead><tr><th scope="col">Boundary</th><th scope="col">State</th><th scope="col">Step, from → to</th><th scope="col">Reversible</th><th scope="col">Irreversible</th><th scope="col">To recover</th></tr></thead>\n<tbody>\n',
            )
            for l_2_each in environment.getattr(l_1_document, 'boundaries'):
                _loop_vars = {}
                pass
                t_24.extend((
                    '<tr>\n<th scope="row"><strong>',
                    escape(environment.finalize(environment.getattr(l_2_each, 'name'))),
                    '</strong></th>\n<td data-name="State">',
                    escape(environment.finalize(context.call((undefined(name='state') if l_0_state is missing else l_0_state), environment.getattr(l_2_each, 'state'), _loop_vars=_loop_vars))),
                    '<br><span class="soft">',
                    escape(environment.finalize(environment.getattr(l_2_each, 'why'))),
                    '</span></td>\n<td data-name="Step, from → to">',
                    escape(environment.finalize(environment.getattr(l_2_each, 'step'))),
                ))
                def t_25(fiter):
                    for l_3_step in fiter:
                        if (environment.getattr(l_3_step, 'step') == environment.getattr(l_2_each, 'step')):
                            yield l_3_step
                for l_3_step in t_25(environment.getattr(l_1_document, 'steps')):
                    _loop_vars = {}
                    pass
                    t_24.extend((
                        '<br><span class="soft">',
                        escape(environment.finalize(environment.getattr(l_3_step, 'product'))),
                        ' ',
                        escape(environment.finalize(environment.getattr(l_3_step, 'from_version'))),
                        ' → ',
                        escape(environment.finalize(environment.getattr(l_3_step, 'to_version'))),
                        '</span>',
                    ))
                l_3_step = missing
                t_24.extend((
                    '</td>\n<td data-name="Reversible">',
                    escape(environment.finalize((t_4(context.eval_ctx, environment.getattr(l_2_each, 'reversible'), ', ') or 'nothing'))),
                    '</td>\n<td data-name="Irreversible">',
                    escape(environment.finalize((t_4(context.eval_ctx, environment.getattr(l_2_each, 'irreversible'), ', ') or 'nothing'))),
                    '</td>\n<td data-name="To recover">',
                    escape(environment.finalize((environment.getattr(l_2_each, 'recover_by') or 'not specified'))),
                    '</td>\n</tr>\n',
                ))
            l_2_each = missing
            t_24.append(
                '</tbody>\n</table>\n</div>\n',
            )
        return concat(t_24)
    context.exported_vars.add('boundaries')
    context.vars['boundaries'] = l_0_boundaries = Macro(environment, macro, 'boundaries', ('document', 'view'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_text):
        t_26 = []
        if l_1_text is missing:
            l_1_text = undefined("parameter 'text' was not provided", name='text')
        pass
        t_26.append(
            '<pre>',
        )
        l_2_loop = missing
        for (l_2_kind, l_2_line), l_2_loop in LoopContext(t_6(l_1_text), undefined):
            _loop_vars = {}
            pass
            if l_2_kind:
                pass
                t_26.extend((
                    '<span class="l-',
                    escape(environment.finalize(l_2_kind)),
                    '">',
                    escape(environment.finalize(l_2_line)),
                    '</span>',
                ))
            else:
                pass
                t_26.append(
                    escape(environment.finalize(l_2_line)),
                )
            if (not environment.getattr(l_2_loop, 'last')):
                pass
                t_26.append(
                    '\n',
                )
        l_2_loop = l_2_kind = l_2_line = missing
        t_26.append(
            '</pre>\n',
        )
        return concat(t_26)
    context.exported_vars.add('message')
    context.vars['message'] = l_0_message = Macro(environment, macro, 'message', ('text',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_each):
        t_27 = []
        if l_1_each is missing:
            l_1_each = undefined("parameter 'each' was not provided", name='each')
        pass
        t_27.append(
            '<article class="blocker',
        )
        if environment.getattr(l_1_each, 'waiver'):
            pass
            t_27.append(
                ' waived',
            )
        elif (not environment.getattr(l_1_each, 'is_failure')):
            pass
            t_27.append(
                ' missing',
            )
        t_27.extend((
            '" id="',
            escape(environment.finalize(environment.getattr(l_1_each, 'anchor'))),
            '">\n<p class="tag">',
            escape(environment.finalize(environment.getattr(l_1_each, 'what'))),
        ))
        if environment.getattr(l_1_each, 'waiver'):
            pass
            t_27.append(
                ', waived',
            )
        t_27.extend((
            '</p>\n<h3>',
            escape(environment.finalize(environment.getattr(l_1_each, 'name'))),
        ))
        if environment.getattr(l_1_each, 'comparison'):
            pass
            t_27.extend((
                ' <span class="soft">',
                escape(environment.finalize(environment.getattr(l_1_each, 'comparison'))),
                '</span>',
            ))
        t_27.extend((
            '</h3>\n',
            escape(environment.finalize(context.call((undefined(name='message') if l_0_message is missing else l_0_message), environment.getattr(l_1_each, 'message')))),
            '\n<dl class="pairs">\n',
        ))
        if environment.getattr(l_1_each, 'expected'):
            pass
            t_27.extend((
                '<dt>Expected</dt><dd>',
                escape(environment.finalize(environment.getattr(l_1_each, 'expected'))),
                '</dd>\n',
            ))
        if (environment.getattr(l_1_each, 'before') or environment.getattr(l_1_each, 'sides')):
            pass
            t_27.append(
                '<dt>Before</dt><dd>',
            )
            if environment.getattr(l_1_each, 'before'):
                pass
                t_27.extend((
                    '<p>',
                    escape(environment.finalize(environment.getattr(l_1_each, 'before'))),
                    '</p>',
                ))
            for l_2_side in environment.getattr(l_1_each, 'sides'):
                _loop_vars = {}
                pass
                t_27.extend((
                    '<p>',
                    escape(environment.finalize(environment.getattr(l_2_side, 'where'))),
                    ': <code>',
                    escape(environment.finalize((environment.getattr(l_2_side, 'before') if (not t_14(environment.getattr(l_2_side, 'before'))) else 'not there'))),
                    '</code></p>',
                ))
            l_2_side = missing
            t_27.append(
                '</dd>\n',
            )
        if (environment.getattr(l_1_each, 'after') or environment.getattr(l_1_each, 'sides')):
            pass
            t_27.extend((
                '<dt>',
                escape(environment.finalize(('After' if environment.getattr(l_1_each, 'before') else 'Now'))),
                '</dt><dd>',
            ))
            if environment.getattr(l_1_each, 'after'):
                pass
                t_27.extend((
                    '<p>',
                    escape(environment.finalize(environment.getattr(l_1_each, 'after'))),
                    '</p>',
                ))
            for l_2_side in environment.getattr(l_1_each, 'sides'):
                _loop_vars = {}
                pass
                t_27.extend((
                    '<p>',
                    escape(environment.finalize(environment.getattr(l_2_side, 'where'))),
                    ': <code>',
                    escape(environment.finalize((environment.getattr(l_2_side, 'after') if (not t_14(environment.getattr(l_2_side, 'after'))) else 'not there'))),
                    '</code></p>',
                ))
            l_2_side = missing
            t_27.append(
                '</dd>\n',
            )
        if environment.getattr(l_1_each, 'remedy'):
            pass
            t_27.append(
                '<dt>Remedy</dt><dd><strong>',
            )
            if environment.getattr(l_1_each, 'remedy_link'):
                pass
                t_27.extend((
                    '<a href="',
                    escape(environment.finalize(environment.getattr(l_1_each, 'remedy_link'))),
                    '" rel="noreferrer">',
                    escape(environment.finalize(environment.getattr(l_1_each, 'remedy'))),
                    '</a>',
                ))
            else:
                pass
                t_27.append(
                    escape(environment.finalize(environment.getattr(l_1_each, 'remedy'))),
                )
            t_27.append(
                '</strong></dd>\n',
            )
        if (environment.getattr(l_1_each, 'owner') or environment.getattr(l_1_each, 'check')):
            pass
            t_27.extend((
                '<dt>Owner</dt><dd>',
                escape(environment.finalize((environment.getattr(l_1_each, 'owner') or 'none named in the plan'))),
                '</dd>\n',
            ))
        if environment.getattr(l_1_each, 'step'):
            pass
            t_27.extend((
                '<dt>Step</dt><dd>',
                escape(environment.finalize(environment.getattr(l_1_each, 'step'))),
                '</dd>\n',
            ))
        if environment.getattr(l_1_each, 'boundary'):
            pass
            t_27.extend((
                '<dt>Boundary</dt><dd>',
                escape(environment.finalize(environment.getattr(l_1_each, 'boundary'))),
            ))
            if environment.getattr(l_1_each, 'boundary_state'):
                pass
                t_27.extend((
                    ': ',
                    escape(environment.finalize(context.call((undefined(name='state') if l_0_state is missing else l_0_state), environment.getattr(l_1_each, 'boundary_state')))),
                ))
            t_27.append(
                '</dd>\n',
            )
        if environment.getattr(l_1_each, 'waiver'):
            pass
            t_27.extend((
                '<dt>Waiver</dt><dd>',
                escape(environment.finalize(environment.getattr(l_1_each, 'waiver'))),
                '</dd>\n',
            ))
        if environment.getattr(l_1_each, 'check'):
            pass
            t_27.append(
                '<dt>Check</dt><dd>',
            )
            if environment.getattr(l_1_each, 'row'):
                pass
                t_27.extend((
                    '<a href="#',
                    escape(environment.finalize(environment.getattr(l_1_each, 'row'))),
                    '"><code>',
                    escape(environment.finalize(environment.getattr(l_1_each, 'check'))),
                    '</code></a>',
                ))
            else:
                pass
                t_27.extend((
                    '<code>',
                    escape(environment.finalize(environment.getattr(l_1_each, 'check'))),
                    '</code>',
                ))
            t_27.append(
                '</dd>\n',
            )
        if environment.getattr(l_1_each, 'attachments'):
            pass
            t_27.append(
                '<dt>Evidence</dt><dd>',
            )
            for (l_2_attachment, l_2_phases) in environment.getattr(l_1_each, 'attachments'):
                _loop_vars = {}
                pass
                t_27.extend((
                    '<p><a href="#file-',
                    escape(environment.finalize(environment.getattr(l_2_attachment, 'digest')[:12])),
                    '">',
                    escape(environment.finalize(environment.getattr(l_2_attachment, 'name'))),
                    '</a> <span class="soft">(',
                    escape(environment.finalize(l_2_phases)),
                    ')</span></p>',
                ))
            l_2_attachment = l_2_phases = missing
            t_27.append(
                '</dd>\n',
            )
        t_27.append(
            '</dl>\n',
        )
        if environment.getattr(l_1_each, 'earlier'):
            pass
            t_27.extend((
                '<details>\n<summary>',
                escape(environment.finalize(t_5(environment.getattr(l_1_each, 'earlier')))),
                ' earlier ',
                escape(environment.finalize(('attempt' if (t_5(environment.getattr(l_1_each, 'earlier')) == 1) else 'attempts'))),
                '</summary>\n',
            ))
            for (l_2_run, l_2_attempt) in environment.getattr(l_1_each, 'earlier'):
                _loop_vars = {}
                pass
                t_27.extend((
                    '<p>',
                    escape(environment.finalize(environment.getattr(l_2_attempt, 'result'))),
                    ' at ',
                    escape(environment.finalize(context.call((undefined(name='time') if l_0_time is missing else l_0_time), environment.getattr(l_2_attempt, 'at'), _loop_vars=_loop_vars))),
                    ', in ',
                    escape(environment.finalize(l_2_run)),
                    '</p>\n',
                ))
                if environment.getattr(l_2_attempt, 'message'):
                    pass
                    t_27.extend((
                        escape(environment.finalize(context.call((undefined(name='message') if l_0_message is missing else l_0_message), environment.getattr(l_2_attempt, 'message'), _loop_vars=_loop_vars))),
                        '\n',
                    ))
            l_2_run = l_2_attempt = missing
            t_27.append(
                '</details>\n',
            )
        if environment.getattr(l_1_each, 'detail'):
            pass
            t_27.extend((
                '<details>\n<summary>Traceback</summary>\n<pre>',
                escape(environment.finalize(environment.getattr(l_1_each, 'detail'))),
                '</pre>\n</details>\n',
            ))
        t_27.append(
            '</article>\n',
        )
        return concat(t_27)
    context.exported_vars.add('obstacle')
    context.vars['obstacle'] = l_0_obstacle = Macro(environment, macro, 'obstacle', ('each',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_headings, l_1_word, l_1_rows, l_1_first):
        t_28 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_headings is missing:
            l_1_headings = undefined("parameter 'headings' was not provided", name='headings')
        if l_1_word is missing:
            l_1_word = undefined("parameter 'word' was not provided", name='word')
        if l_1_rows is missing:
            l_1_rows = undefined("parameter 'rows' was not provided", name='rows')
        if l_1_first is missing:
            l_1_first = undefined("parameter 'first' was not provided", name='first')
        pass
        t_28.extend((
            '<details',
            escape(environment.finalize(context.call((undefined(name='unprinted') if l_0_unprinted is missing else l_0_unprinted), t_5(l_1_rows)))),
        ))
        if (l_1_first and (t_5(l_1_rows) <= 20)):
            pass
            t_28.append(
                ' open',
            )
        t_28.extend((
            '>\n<summary><h3>',
            escape(environment.finalize(l_1_word)),
            ' (',
            escape(environment.finalize(t_5(l_1_rows))),
            ')</h3>',
            escape(environment.finalize(context.call((undefined(name='on_paper') if l_0_on_paper is missing else l_0_on_paper), t_5(l_1_rows), 'checks'))),
            '</summary>\n<table class="results">\n<thead><tr><th scope="col">Check</th>',
        ))
        for l_2_phase in environment.getattr(l_1_view, 'phases'):
            _loop_vars = {}
            pass
            t_28.extend((
                '<th scope="col">',
                escape(environment.finalize(environment.getitem(l_1_headings, l_2_phase))),
                '</th>',
            ))
        l_2_phase = missing
        t_28.append(
            '</tr></thead>\n<tbody>\n',
        )
        for l_2_row in l_1_rows:
            _loop_vars = {}
            pass
            t_28.extend((
                '<tr><th scope="row"><a href="#',
                escape(environment.finalize(environment.getattr(l_2_row, 'anchor'))),
                '">',
                escape(environment.finalize((environment.getattr(l_2_row, 'title') or environment.getattr(l_2_row, 'check')))),
                '</a></th>',
                escape(environment.finalize(context.call((undefined(name='results') if l_0_results is missing else l_0_results), l_1_view, l_2_row, False, _loop_vars=_loop_vars))),
                '</tr>\n',
            ))
        l_2_row = missing
        t_28.append(
            '</tbody>\n</table>\n</details>\n',
        )
        return concat(t_28)
    context.exported_vars.add('changed')
    context.vars['changed'] = l_0_changed = Macro(environment, macro, 'changed', ('view', 'headings', 'word', 'rows', 'first'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_complete, l_1_headings):
        t_29 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_complete is missing:
            l_1_complete = undefined("parameter 'complete' was not provided", name='complete')
        if l_1_headings is missing:
            l_1_headings = undefined("parameter 'headings' was not provided", name='headings')
        pass
        if (not environment.getattr(environment.getattr(environment.getattr(l_1_view, 'last'), 'phase'), 'after_change')):
            pass
            t_29.extend((
                '<p>This run is before the change: there is nothing to compare with yet. It captured ',
                escape(environment.finalize(t_5(environment.getattr(environment.getattr(l_1_view, 'last'), 'captures')))),
                ' values.</p>\n',
            ))
        else:
            pass
            t_29.extend((
                escape(environment.finalize(context.call((undefined(name='counts') if l_0_counts is missing else l_0_counts), l_1_view, l_1_complete))),
                '\n',
            ))
            def t_30(fiter):
                for (l_2_name, l_2_word) in fiter:
                    if context.call(environment.getattr(environment.getattr(l_1_view, 'transitions'), 'get'), l_2_name):
                        yield (l_2_name, l_2_word)
            l_2_loop = missing
            for (l_2_name, l_2_word), l_2_loop in LoopContext(t_30([('regressed', 'Regressed: passed before, fail now'), ('missing-after', 'Missing after the change'), ('failing-since-before', 'Failing since before'), ('fixed', 'Fixed: failed before, pass now'), ('new', 'New: not part of the checklist before')]), undefined):
                _loop_vars = {}
                pass
                t_29.extend((
                    escape(environment.finalize(context.call((undefined(name='changed') if l_0_changed is missing else l_0_changed), l_1_view, l_1_headings, l_2_word, t_7(context.eval_ctx, t_9(context, context.call(environment.getattr(environment.getattr(l_1_view, 'rows'), 'values'), _loop_vars=_loop_vars), 'transition', 'equalto', l_2_name)), environment.getattr(l_2_loop, 'first'), _loop_vars=_loop_vars))),
                    '\n',
                ))
            l_2_loop = l_2_name = l_2_word = missing
            if environment.getattr(l_1_view, 'failing_alone'):
                pass
                t_29.extend((
                    escape(environment.finalize(context.call((undefined(name='changed') if l_0_changed is missing else l_0_changed), l_1_view, l_1_headings, 'Failing, and not run before', environment.getattr(l_1_view, 'failing_alone'), (not environment.getattr(l_1_view, 'transitions'))))),
                    '\n',
                ))
            if environment.getattr(l_1_complete, 'changed'):
                pass
                t_29.extend((
                    '<details id="compared"',
                    escape(environment.finalize(context.call((undefined(name='unprinted') if l_0_unprinted is missing else l_0_unprinted), environment.getattr(l_1_complete, 'changed_values')))),
                    '>\n<summary><h3>Compared values that changed (',
                    escape(environment.finalize(environment.getattr(l_1_complete, 'changed_values'))),
                    ')</h3>',
                    escape(environment.finalize(context.call((undefined(name='on_paper') if l_0_on_paper is missing else l_0_on_paper), environment.getattr(l_1_complete, 'changed_values'), 'values'))),
                    '</summary>\n<div class="wide" tabindex="0" role="region" aria-label="Table of compared values that changed">\n<table class="stacks">\n<thead><tr><th scope="col">Value</th><th scope="col">Check</th><th scope="col">Refused</th><th scope="col">Allowed</th><th scope="col">Rule</th></tr></thead>\n<tbody>\n',
                ))
                for l_2_each in environment.getattr(l_1_complete, 'changed'):
                    l_2_row = missing
                    _loop_vars = {}
                    pass
                    l_2_row = context.call(environment.getattr(environment.getattr(l_1_view, 'rows'), 'get'), environment.getattr(l_2_each, 'check'), _loop_vars=_loop_vars)
                    _loop_vars['row'] = l_2_row
                    t_29.extend((
                        '<tr><th scope="row">',
                        escape(environment.finalize(environment.getattr(l_2_each, 'name'))),
                        '</th><td data-name="Check">',
                    ))
                    if (undefined(name='row') if l_2_row is missing else l_2_row):
                        pass
                        t_29.extend((
                            '<a href="#',
                            escape(environment.finalize(environment.getattr((undefined(name='row') if l_2_row is missing else l_2_row), 'anchor'))),
                            '">',
                            escape(environment.finalize((environment.getattr((undefined(name='row') if l_2_row is missing else l_2_row), 'title') or environment.getattr(l_2_each, 'check')))),
                            '</a>',
                        ))
                    else:
                        pass
                        t_29.append(
                            escape(environment.finalize(environment.getattr(l_2_each, 'check'))),
                        )
                    t_29.append(
                        '</td><td data-name="Refused">',
                    )
                    if environment.getattr(l_2_each, 'refused'):
                        pass
                        t_29.extend((
                            '<span class="s-failed">',
                            escape(environment.finalize(environment.getattr(l_2_each, 'refused'))),
                            '</span>',
                        ))
                    else:
                        pass
                        t_29.append(
                            'nothing',
                        )
                    t_29.extend((
                        '</td><td data-name="Allowed">',
                        escape(environment.finalize((environment.getattr(l_2_each, 'allowed') or 'nothing'))),
                        '</td><td data-name="Rule">',
                        escape(environment.finalize(environment.getattr(l_2_each, 'rule'))),
                        '</td></tr>\n',
                    ))
                l_2_each = l_2_row = missing
                t_29.append(
                    '</tbody>\n</table>\n</div>\n</details>\n',
                )
        return concat(t_29)
    context.exported_vars.add('before_after')
    context.vars['before_after'] = l_0_before_after = Macro(environment, macro, 'before_after', ('view', 'complete', 'headings'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_row, l_1_row_change):
        t_31 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_row is missing:
            l_1_row = undefined("parameter 'row' was not provided", name='row')
        if l_1_row_change is missing:
            l_1_row_change = undefined("parameter 'row_change' was not provided", name='row_change')
        pass
        l_2_loop = missing
        for l_2_phase, l_2_loop in LoopContext(environment.getattr(l_1_view, 'phases'), undefined):
            _loop_vars = {}
            pass
            t_31.append(
                '<td>',
            )
            if ((l_2_phase == 'pre') and environment.getattr(l_1_row, 'passed_by')):
                pass
                t_31.extend((
                    escape(environment.finalize(context.call((undefined(name='result') if l_0_result is missing else l_0_result), 'passed', _loop_vars=_loop_vars))),
                    ' <span class="soft">(',
                    escape(environment.finalize(environment.getattr(l_1_row, 'passed_by'))),
                    ')</span>',
                ))
            else:
                pass
                t_31.append(
                    escape(environment.finalize(context.call((undefined(name='result') if l_0_result is missing else l_0_result), context.call(environment.getattr(environment.getattr(l_1_row, 'results'), 'get'), l_2_phase, _loop_vars=_loop_vars), _loop_vars=_loop_vars))),
                )
            if (l_1_row_change and environment.getattr(l_2_loop, 'last')):
                pass
                t_31.append(
                    escape(environment.finalize(context.call((undefined(name='change') if l_0_change is missing else l_0_change), l_1_row, context.call(environment.getattr(environment.getattr(l_1_row, 'results'), 'get'), l_2_phase, _loop_vars=_loop_vars), _loop_vars=_loop_vars))),
                )
            t_31.append(
                '</td>',
            )
        l_2_loop = l_2_phase = missing
        return concat(t_31)
    context.exported_vars.add('results')
    context.vars['results'] = l_0_results = Macro(environment, macro, 'results', ('view', 'row', 'row_change'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_word):
        t_32 = []
        if l_1_word is missing:
            l_1_word = undefined("parameter 'word' was not provided", name='word')
        pass
        if l_1_word:
            pass
            t_32.extend((
                '<span class="s-',
                escape(environment.finalize(l_1_word)),
                '">',
                escape(environment.finalize(t_13(l_1_word))),
                '</span>',
            ))
        else:
            pass
            t_32.append(
                '<span class="soft">not due</span>',
            )
        return concat(t_32)
    context.exported_vars.add('result')
    context.vars['result'] = l_0_result = Macro(environment, macro, 'result', ('word',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_row, l_1_result):
        t_33 = []
        if l_1_row is missing:
            l_1_row = undefined("parameter 'row' was not provided", name='row')
        if l_1_result is missing:
            l_1_result = undefined("parameter 'result' was not provided", name='result')
        pass
        if (environment.getattr(l_1_row, 'transition') and (environment.getattr(l_1_row, 'transition') != l_1_result)):
            pass
            t_33.extend((
                '<br><span class="s-',
                escape(environment.finalize(environment.getattr(l_1_row, 'transition'))),
                '">',
                escape(environment.finalize(t_13(environment.getattr(l_1_row, 'transition')))),
                '</span>',
            ))
        if environment.getattr(l_1_row, 'waived'):
            pass
            t_33.append(
                '<br>waived',
            )
        return concat(t_33)
    context.exported_vars.add('change')
    context.vars['change'] = l_0_change = Macro(environment, macro, 'change', ('row', 'result'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_document, l_1_complete, l_1_most_open):
        t_34 = []
        l_1_remarks = missing
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_document is missing:
            l_1_document = undefined("parameter 'document' was not provided", name='document')
        if l_1_complete is missing:
            l_1_complete = undefined("parameter 'complete' was not provided", name='complete')
        if l_1_most_open is missing:
            l_1_most_open = undefined("parameter 'most_open' was not provided", name='most_open')
        pass
        t_34.extend((
            '<dl class="facts">\n<div><dt>Planned</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_complete, 'planned'))),
            '</dd></div>\n<div><dt>Selected</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_complete, 'selected'))),
            '</dd></div>\n<div><dt>Run</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_complete, 'run'))),
            '</dd></div>\n<div><dt>Reported</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_complete, 'reported'))),
            '</dd></div>\n',
        ))
        for l_2_name in ['passed', 'failed', 'error', 'waived', 'no-evidence', 'skipped', 'xfailed', 'crashed', 'interrupted', 'deselected', 'not-run', 'missing-after', 'retried']:
            _loop_vars = {}
            pass
            if (context.call(environment.getattr(environment.getattr(l_1_document, 'counts'), 'get'), l_2_name, _loop_vars=_loop_vars) or (l_2_name in ('crashed', 'interrupted', 'deselected', 'skipped', 'waived'))):
                pass
                t_34.extend((
                    '<div><dt>',
                    escape(environment.finalize(('Without evidence' if (l_2_name == 'no-evidence') else t_1(t_13(l_2_name))))),
                    '</dt><dd>',
                    escape(environment.finalize(context.call(environment.getattr(environment.getattr(l_1_document, 'counts'), 'get'), l_2_name, 0, _loop_vars=_loop_vars))),
                    '</dd></div>\n',
                ))
        l_2_name = missing
        t_34.extend((
            '</dl>\n<dl class="pairs">\n<dt>Reconciled</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_complete, 'reconciled'))),
            '</dd>\n<dt>Baseline</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_complete, 'baseline'))),
        ))
        if environment.getattr(l_1_complete, 'baseline_digest'):
            pass
            t_34.extend((
                '<br><code>sha256:',
                escape(environment.finalize(environment.getattr(l_1_complete, 'baseline_digest'))),
                '</code>',
            ))
        t_34.append(
            '</dd>\n</dl>\n',
        )
        if (not environment.getattr(l_1_complete, 'complete')):
            pass
            t_34.extend((
                '<p><strong>Not complete:</strong> ',
                escape(environment.finalize(t_4(context.eval_ctx, t_8(context, environment.getattr(l_1_complete, 'gaps'), 'words'), '; '))),
                '</p>\n',
            ))
        if environment.getattr(l_1_document, 'waived'):
            pass
            t_34.append(
                '<h3>Waived</h3>\n<ul>\n',
            )
            for l_2_each in environment.getattr(l_1_document, 'waived'):
                _loop_vars = {}
                pass
                t_34.extend((
                    '<li>',
                    escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'failure'), 'name'))),
                    ': by ',
                    escape(environment.finalize(environment.getattr(l_2_each, 'approved_by'))),
                    ', until ',
                    escape(environment.finalize(environment.getattr(l_2_each, 'expires'))),
                    ' (UTC): ',
                    escape(environment.finalize(environment.getattr(l_2_each, 'reason'))),
                    '</li>\n',
                ))
            l_2_each = missing
            t_34.append(
                '</ul>\n',
            )
        t_34.append(
            '<h3>Surfaces read</h3>\n',
        )
        if environment.getattr(l_1_complete, 'surfaces'):
            pass
            t_34.append(
                '<div class="wide" tabindex="0" role="region" aria-label="Table of surfaces read">\n<table>\n<thead><tr><th scope="col">Surface</th><th scope="col">Answer</th><th scope="col">Read at</th><th scope="col">Digest</th></tr></thead>\n<tbody>\n',
            )
            for l_2_each in environment.getattr(l_1_complete, 'surfaces'):
                _loop_vars = {}
                pass
                t_34.extend((
                    '<tr><th scope="row">',
                    escape(environment.finalize(environment.getattr(l_2_each, 'surface'))),
                    '</th>\n',
                ))
                if t_14(environment.getattr(l_2_each, 'reading')):
                    pass
                    t_34.append(
                        '<td colspan="3">not read in this run</td>\n',
                    )
                else:
                    pass
                    t_34.append(
                        '<td>',
                    )
                    if environment.getattr(environment.getattr(l_2_each, 'reading'), 'answered'):
                        pass
                        t_34.append(
                            escape(environment.finalize((environment.getattr(environment.getattr(l_2_each, 'reading'), 'status') or 'answered'))),
                        )
                        if (not environment.getattr(environment.getattr(l_2_each, 'reading'), 'status')):
                            pass
                            t_34.extend((
                                ' <span class="soft">(',
                                escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'reading'), 'source'))),
                                ')</span>',
                            ))
                    else:
                        pass
                        t_34.append(
                            '<span class="s-failed">no usable answer</span>',
                        )
                        if environment.getattr(environment.getattr(l_2_each, 'reading'), 'status'):
                            pass
                            t_34.extend((
                                ' (',
                                escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'reading'), 'status'))),
                                ')',
                            ))
                        t_34.extend((
                            ': ',
                            escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'reading'), 'message'))),
                        ))
                    if (environment.getattr(l_2_each, 'times') > 1):
                        pass
                        t_34.extend((
                            ' <span class="soft">(read ',
                            escape(environment.finalize(environment.getattr(l_2_each, 'times'))),
                            ' times)</span>',
                        ))
                    t_34.extend((
                        '</td>\n<td>',
                        escape(environment.finalize(context.call((undefined(name='time') if l_0_time is missing else l_0_time), environment.getattr(environment.getattr(l_2_each, 'reading'), 'read_at'), _loop_vars=_loop_vars))),
                        '</td>\n<td>',
                    ))
                    if environment.getattr(environment.getattr(l_2_each, 'reading'), 'answered'):
                        pass
                        t_34.extend((
                            '<code>',
                            escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'reading'), 'digest'))),
                            '</code>',
                        ))
                    t_34.append(
                        '</td>\n',
                    )
                t_34.append(
                    '</tr>\n',
                )
            l_2_each = missing
            t_34.append(
                '</tbody>\n</table>\n</div>\n',
            )
        else:
            pass
            t_34.append(
                '<p>The plan names none.</p>\n',
            )
        if environment.getattr(l_1_complete, 'evidence'):
            pass
            t_34.append(
                '<h3>Evidence of owners</h3>\n<div class="wide" tabindex="0" role="region" aria-label="Table of evidence">\n<table>\n<thead><tr><th scope="col">Migration</th><th scope="col">Owner</th><th scope="col">Plan says</th><th scope="col">Standing</th><th scope="col">Why</th><th scope="col">Signed by, finished</th></tr></thead>\n<tbody>\n',
            )
            for l_2_each in environment.getattr(l_1_complete, 'evidence'):
                _loop_vars = {}
                pass
                t_34.extend((
                    '<tr><th scope="row">',
                    escape(environment.finalize(environment.getattr(l_2_each, 'migration'))),
                    '</th><td>',
                    escape(environment.finalize(environment.getattr(l_2_each, 'owner'))),
                    '</td><td>',
                    escape(environment.finalize(environment.getattr(l_2_each, 'posture'))),
                    '</td><td>',
                    escape(environment.finalize(t_13(environment.getattr(l_2_each, 'standing')))),
                    '</td><td>',
                    escape(environment.finalize(environment.getattr(l_2_each, 'message'))),
                    '</td><td>',
                ))
                if context.call(environment.getattr(l_2_each, 'get'), 'keyid', _loop_vars=_loop_vars):
                    pass
                    t_34.extend((
                        '<code>',
                        escape(environment.finalize(environment.getattr(l_2_each, 'keyid')[:16])),
                        '...</code><br>',
                    ))
                t_34.extend((
                    escape(environment.finalize((context.call(environment.getattr(l_2_each, 'get'), 'finished_on', _loop_vars=_loop_vars) or ''))),
                    '</td></tr>\n',
                ))
            l_2_each = missing
            t_34.append(
                '</tbody>\n</table>\n</div>\n',
            )
        if environment.getattr(environment.getattr(l_1_view, 'history'), 'signoffs'):
            pass
            t_34.append(
                '<h3>Signoffs</h3>\n<ul>\n',
            )
            for l_2_each in environment.getattr(environment.getattr(l_1_view, 'history'), 'signoffs'):
                _loop_vars = {}
                pass
                t_34.extend((
                    '<li>',
                    escape(environment.finalize(environment.getattr(l_2_each, 'name'))),
                    ': ',
                    escape(environment.finalize(environment.getattr(l_2_each, 'by'))),
                    ', ',
                    escape(environment.finalize(context.call((undefined(name='time') if l_0_time is missing else l_0_time), environment.getattr(l_2_each, 'at'), _loop_vars=_loop_vars))),
                ))
                if (environment.getattr(l_2_each, 'plan_digest') != environment.getattr(l_1_document, 'plan_digest')):
                    pass
                    t_34.append(
                        ' <span class="soft">(for another plan)</span>',
                    )
                if environment.getattr(l_2_each, 'note'):
                    pass
                    t_34.extend((
                        ': ',
                        escape(environment.finalize(environment.getattr(l_2_each, 'note'))),
                    ))
                t_34.append(
                    '</li>\n',
                )
            l_2_each = missing
            t_34.append(
                '</ul>\n',
            )
        l_1_remarks = environment.getattr(l_1_document, 'notes_that_block_nothing')
        if (undefined(name='remarks') if l_1_remarks is missing else l_1_remarks):
            pass
            t_34.extend((
                '<h3>Notes (',
                escape(environment.finalize(t_5((undefined(name='remarks') if l_1_remarks is missing else l_1_remarks)))),
                ')</h3>\n<ul>\n',
            ))
            for l_2_each in (undefined(name='remarks') if l_1_remarks is missing else l_1_remarks)[:l_1_most_open]:
                _loop_vars = {}
                pass
                t_34.extend((
                    '<li>',
                    escape(environment.finalize(t_13(environment.getattr(l_2_each, 'kind')))),
                    ': ',
                    escape(environment.finalize(environment.getattr(l_2_each, 'check'))),
                    ': ',
                    escape(environment.finalize(environment.getattr(l_2_each, 'message'))),
                    '</li>\n',
                ))
            l_2_each = missing
            t_34.append(
                '</ul>\n',
            )
            if (t_5((undefined(name='remarks') if l_1_remarks is missing else l_1_remarks)) > l_1_most_open):
                pass
                t_34.extend((
                    '<details',
                    escape(environment.finalize(context.call((undefined(name='unprinted') if l_0_unprinted is missing else l_0_unprinted), (t_5((undefined(name='remarks') if l_1_remarks is missing else l_1_remarks)) - l_1_most_open)))),
                    '><summary>',
                    escape(environment.finalize((t_5((undefined(name='remarks') if l_1_remarks is missing else l_1_remarks)) - l_1_most_open))),
                    ' more',
                    escape(environment.finalize(context.call((undefined(name='on_paper') if l_0_on_paper is missing else l_0_on_paper), (t_5((undefined(name='remarks') if l_1_remarks is missing else l_1_remarks)) - l_1_most_open), 'notes'))),
                    '</summary><ul>\n',
                ))
                for l_2_each in (undefined(name='remarks') if l_1_remarks is missing else l_1_remarks)[l_1_most_open:]:
                    _loop_vars = {}
                    pass
                    t_34.extend((
                        '<li>',
                        escape(environment.finalize(t_13(environment.getattr(l_2_each, 'kind')))),
                        ': ',
                        escape(environment.finalize(environment.getattr(l_2_each, 'check'))),
                        ': ',
                        escape(environment.finalize(environment.getattr(l_2_each, 'message'))),
                        '</li>\n',
                    ))
                l_2_each = missing
                t_34.append(
                    '</ul></details>\n',
                )
        if ((environment.getattr(environment.getattr(l_1_document, 'identity'), 'renamed') or environment.getattr(environment.getattr(l_1_document, 'identity'), 'only_before')) or environment.getattr(environment.getattr(l_1_document, 'identity'), 'only_after')):
            pass
            t_34.extend((
                '<details>\n<summary>Checks that are not the same before and after (',
                escape(environment.finalize(((t_5(environment.getattr(environment.getattr(l_1_document, 'identity'), 'renamed')) + t_5(environment.getattr(environment.getattr(l_1_document, 'identity'), 'only_before'))) + t_5(environment.getattr(environment.getattr(l_1_document, 'identity'), 'only_after'))))),
                ')</summary>\n<ul>\n',
            ))
            for l_2_pair in environment.getattr(environment.getattr(l_1_document, 'identity'), 'renamed'):
                _loop_vars = {}
                pass
                t_34.extend((
                    '<li>renamed: ',
                    escape(environment.finalize(environment.getitem(l_2_pair, 0))),
                    ', now ',
                    escape(environment.finalize(environment.getitem(l_2_pair, 1))),
                    '</li>\n',
                ))
            l_2_pair = missing
            for l_2_check in environment.getattr(environment.getattr(l_1_document, 'identity'), 'only_before'):
                _loop_vars = {}
                pass
                t_34.extend((
                    '<li>only before: ',
                    escape(environment.finalize(l_2_check)),
                    '</li>\n',
                ))
            l_2_check = missing
            for l_2_check in environment.getattr(environment.getattr(l_1_document, 'identity'), 'only_after'):
                _loop_vars = {}
                pass
                t_34.extend((
                    '<li>only after: ',
                    escape(environment.finalize(l_2_check)),
                    '</li>\n',
                ))
            l_2_check = missing
            t_34.append(
                '</ul>\n</details>\n',
            )
        return concat(t_34)
    context.exported_vars.add('completeness')
    context.vars['completeness'] = l_0_completeness = Macro(environment, macro, 'completeness', ('view', 'document', 'complete', 'most_open'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_group, l_1_headings):
        t_35 = []
        l_1_most_printed = resolve('most_printed')
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_group is missing:
            l_1_group = undefined("parameter 'group' was not provided", name='group')
        if l_1_headings is missing:
            l_1_headings = undefined("parameter 'headings' was not provided", name='headings')
        pass
        t_35.append(
            '<details class="group',
        )
        if (t_5(environment.getattr(l_1_group, 'rows')) > (undefined(name='most_printed') if l_1_most_printed is missing else l_1_most_printed)):
            pass
            t_35.append(
                ' unprinted',
            )
        t_35.append(
            '"',
        )
        if environment.getattr(l_1_group, 'open'):
            pass
            t_35.append(
                ' open',
            )
        t_35.append(
            '>\n<summary><h3>',
        )
        if environment.getattr(l_1_group, 'step'):
            pass
            t_35.extend((
                'Step ',
                escape(environment.finalize(environment.getattr(l_1_group, 'step'))),
            ))
        else:
            pass
            t_35.append(
                'No single step',
            )
        if environment.getattr(l_1_group, 'owner'):
            pass
            t_35.extend((
                ', ',
                escape(environment.finalize(environment.getattr(l_1_group, 'owner'))),
            ))
        t_35.extend((
            '</h3> <span class="soft">',
            escape(environment.finalize(t_5(environment.getattr(l_1_group, 'rows')))),
            ' checks: ',
            escape(environment.finalize(t_13(environment.getattr(l_1_group, 'tally')))),
            '</span>',
            escape(environment.finalize(context.call((undefined(name='on_paper') if l_0_on_paper is missing else l_0_on_paper), t_5(environment.getattr(l_1_group, 'rows')), 'checks'))),
            '</summary>\n<table class="results">\n<thead><tr><th scope="col">Check</th>',
        ))
        for l_2_phase in environment.getattr(l_1_view, 'phases'):
            _loop_vars = {}
            pass
            t_35.extend((
                '<th scope="col">',
                escape(environment.finalize(environment.getitem(l_1_headings, l_2_phase))),
                '</th>',
            ))
        l_2_phase = missing
        t_35.append(
            '<th scope="col" class="number">Took</th></tr></thead>\n<tbody>\n',
        )
        return concat(t_35)
    context.exported_vars.add('group_starts')
    context.vars['group_starts'] = l_0_group_starts = Macro(environment, macro, 'group_starts', ('view', 'group', 'headings'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_row):
        t_36 = []
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_row is missing:
            l_1_row = undefined("parameter 'row' was not provided", name='row')
        pass
        t_36.extend((
            '<tr id="',
            escape(environment.finalize((environment.getattr(l_1_row, 'row_anchor') if environment.getattr(l_1_row, 'is_obstacle') else environment.getattr(l_1_row, 'anchor')))),
            '"><th scope="row">',
        ))
        if environment.getattr(l_1_row, 'is_obstacle'):
            pass
            t_36.extend((
                '<a href="#',
                escape(environment.finalize(environment.getattr(l_1_row, 'anchor'))),
                '">',
                escape(environment.finalize((environment.getattr(l_1_row, 'title') or environment.getattr(l_1_row, 'check')))),
                '</a>',
            ))
        else:
            pass
            t_36.append(
                escape(environment.finalize((environment.getattr(l_1_row, 'title') or environment.getattr(l_1_row, 'check')))),
            )
        if environment.getattr(l_1_row, 'title'):
            pass
            t_36.extend((
                '<br><code class="soft">',
                escape(environment.finalize(environment.getattr(l_1_row, 'check'))),
                '</code>',
            ))
        if environment.getattr(l_1_row, 'attachments'):
            pass
            t_36.extend((
                '<br><a href="#of-',
                escape(environment.finalize(environment.getattr(l_1_row, 'anchor'))),
                '">',
                escape(environment.finalize(environment.getattr(l_1_row, 'attachments'))),
                ' attached</a>',
            ))
        t_36.extend((
            '</th>',
            escape(environment.finalize(context.call((undefined(name='results') if l_0_results is missing else l_0_results), l_1_view, l_1_row, True))),
            '<td class="number">',
            escape(environment.finalize(t_11(environment.getattr(l_1_row, 'seconds')))),
            '</td></tr>\n',
        ))
        return concat(t_36)
    context.exported_vars.add('check_row')
    context.vars['check_row'] = l_0_check_row = Macro(environment, macro, 'check_row', ('view', 'row'), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_attached):
        t_37 = []
        if l_1_attached is missing:
            l_1_attached = undefined("parameter 'attached' was not provided", name='attached')
        pass
        for (l_2_row, l_2_run, l_2_each) in l_1_attached:
            l_2_lines = resolve('lines')
            _loop_vars = {}
            pass
            t_37.append(
                '<div class="group"',
            )
            if environment.getattr(l_2_each, 'first_of_check'):
                pass
                t_37.extend((
                    ' id="of-',
                    escape(environment.finalize(environment.getattr(l_2_row, 'anchor'))),
                    '"',
                ))
            t_37.append(
                '>\n<h3',
            )
            if environment.getattr(l_2_each, 'first_of_file'):
                pass
                t_37.extend((
                    ' id="file-',
                    escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'attachment'), 'digest')[:12])),
                    '"',
                ))
            t_37.extend((
                '>',
                escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'attachment'), 'name'))),
                '</h3>\n<p class="soft">',
                escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'attachment'), 'media_type'))),
                ', ',
                escape(environment.finalize(context.call(environment.getattr('{:,}', 'format'), environment.getattr(environment.getattr(l_2_each, 'attachment'), 'size'), _loop_vars=_loop_vars))),
                ' bytes, attached by <a href="#',
                escape(environment.finalize(environment.getattr(l_2_row, 'anchor'))),
                '">',
                escape(environment.finalize((environment.getattr(l_2_row, 'title') or environment.getattr(l_2_row, 'check')))),
                '</a> in ',
                escape(environment.finalize(environment.getattr(l_2_run, 'name'))),
                '; ',
            ))
            if environment.getattr(l_2_each, 'fault'):
                pass
                t_37.extend((
                    '<span class="s-failed">',
                    escape(environment.finalize(environment.getattr(l_2_each, 'fault'))),
                    '</span>',
                ))
            else:
                pass
                t_37.extend((
                    '<a href="',
                    escape(environment.finalize(environment.getattr(l_2_each, 'link'))),
                    '" download="',
                    escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'attachment'), 'file_name'))),
                    '" rel="noreferrer">the file</a>',
                ))
            t_37.extend((
                ', <code>sha256:',
                escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'attachment'), 'digest'))),
                '</code></p>\n',
            ))
            if (not t_14(environment.getattr(l_2_each, 'text'))):
                pass
                l_2_lines = (context.call(environment.getattr(environment.getattr(l_2_each, 'text'), 'count'), '\n', _loop_vars=_loop_vars) + (t_5(environment.getattr(l_2_each, 'text')) // 100))
                _loop_vars['lines'] = l_2_lines
                t_37.extend((
                    '<details',
                    escape(environment.finalize(context.call((undefined(name='unprinted') if l_0_unprinted is missing else l_0_unprinted), (undefined(name='lines') if l_2_lines is missing else l_2_lines), _loop_vars=_loop_vars))),
                    '><summary>Show ',
                    escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'attachment'), 'name'))),
                    escape(environment.finalize(context.call((undefined(name='on_paper') if l_0_on_paper is missing else l_0_on_paper), (undefined(name='lines') if l_2_lines is missing else l_2_lines), 'lines', _loop_vars=_loop_vars))),
                    '</summary><pre>',
                    escape(environment.finalize(environment.getattr(l_2_each, 'text'))),
                    '</pre></details>\n',
                ))
            elif (not t_14(environment.getattr(l_2_each, 'picture'))):
                pass
                t_37.extend((
                    '<details><summary>Show ',
                    escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'attachment'), 'name'))),
                    '</summary><img src="',
                    escape(environment.finalize(environment.getattr(l_2_each, 'picture'))),
                    '" alt="',
                    escape(environment.finalize(environment.getattr(environment.getattr(l_2_each, 'attachment'), 'name'))),
                    '"></details>\n',
                ))
            t_37.append(
                '</div>\n',
            )
        l_2_row = l_2_run = l_2_each = l_2_lines = missing
        return concat(t_37)
    context.exported_vars.add('attachments')
    context.vars['attachments'] = l_0_attachments = Macro(environment, macro, 'attachments', ('attached',), False, False, False, context.eval_ctx.autoescape)
    yield '\n'
    def macro(l_1_view, l_1_document, l_1_all_runs):
        t_38 = []
        l_1_notes = missing
        if l_1_view is missing:
            l_1_view = undefined("parameter 'view' was not provided", name='view')
        if l_1_document is missing:
            l_1_document = undefined("parameter 'document' was not provided", name='document')
        if l_1_all_runs is missing:
            l_1_all_runs = undefined("parameter 'all_runs' was not provided", name='all_runs')
        pass
        t_38.extend((
            '<p>This page was made from the record alone: <code>',
            escape(environment.finalize(environment.getattr(environment.getattr(environment.getattr(l_1_view, 'history'), 'path'), 'name'))),
            '</code>, ',
            escape(environment.finalize(context.call(environment.getattr('{:,}', 'format'), environment.getattr(environment.getattr(environment.getattr(l_1_view, 'history'), 'tail'), 'lines')))),
            ' lines, each chained to the one before. <code>upgradecheck verify</code> reads the chain; without it, nothing here is evidence.</p>\n<dl class="pairs">\n<dt>Upgrade</dt><dd>',
            escape(environment.finalize(environment.getattr(l_1_document, 'upgrade'))),
            ', environment ',
            escape(environment.finalize(environment.getattr(l_1_document, 'environment'))),
            '</dd>\n<dt>Change class</dt><dd>',
            escape(environment.finalize(environment.getattr(environment.getattr(l_1_view, 'plan'), 'change_class'))),
            '</dd>\n<dt>Plan</dt><dd><code>',
            escape(environment.finalize(environment.getattr(l_1_document, 'plan_digest'))),
            '</code></dd>\n<dt>Record</dt><dd><code>sha256:',
            escape(environment.finalize(environment.getattr(environment.getattr(environment.getattr(l_1_view, 'history'), 'tail'), 'head'))),
            '</code></dd>\n<dt>Made with</dt><dd>',
        ))
        l_2_loop = missing
        for (l_2_name, l_2_version), l_2_loop in LoopContext(context.call(environment.getattr(environment.getattr(environment.getattr(l_1_view, 'last'), 'tools'), 'items')), undefined):
            _loop_vars = {}
            pass
            t_38.extend((
                escape(environment.finalize(l_2_name)),
                ' ',
                escape(environment.finalize(l_2_version)),
            ))
            if (not environment.getattr(l_2_loop, 'last')):
                pass
                t_38.append(
                    ', ',
                )
        l_2_loop = l_2_name = l_2_version = missing
        t_38.append(
            '</dd>\n</dl>\n<h3>Runs in this record</h3>\n<div class="wide" tabindex="0" role="region" aria-label="Table of runs">\n<table>\n<thead><tr><th scope="col">Run</th><th scope="col">Phase</th><th scope="col">Started</th><th scope="col">Ended</th><th scope="col">Verdict</th><th scope="col">Reason</th></tr></thead>\n<tbody>\n',
        )
        for l_2_each in l_1_all_runs:
            _loop_vars = {}
            pass
            t_38.extend((
                '<tr><th scope="row"><code>',
                escape(environment.finalize(environment.getattr(l_2_each, 'id'))),
                '</code></th><td>',
                escape(environment.finalize(environment.getattr(l_2_each, 'phase'))),
            ))
            if environment.getattr(l_2_each, 'step'):
                pass
                t_38.extend((
                    ', up to ',
                    escape(environment.finalize(environment.getattr(l_2_each, 'step'))),
                ))
            t_38.extend((
                '</td><td>',
                escape(environment.finalize(context.call((undefined(name='time') if l_0_time is missing else l_0_time), environment.getattr(l_2_each, 'started_at'), _loop_vars=_loop_vars))),
                '</td><td>',
            ))
            if environment.getattr(l_2_each, 'finished_at'):
                pass
                t_38.append(
                    escape(environment.finalize(context.call((undefined(name='time') if l_0_time is missing else l_0_time), environment.getattr(l_2_each, 'finished_at'), _loop_vars=_loop_vars))),
                )
            else:
                pass
                t_38.append(
                    escape(environment.finalize(context.call(environment.getattr(l_1_view, 'not_ended'), l_2_each, _loop_vars=_loop_vars))),
                )
            t_38.extend((
                '</td><td><strong>',
                escape(environment.finalize(t_13((environment.getattr(l_2_each, 'decision') or 'none')))),
                '</strong></td><td>',
                escape(environment.finalize(environment.getattr(l_2_each, 'reason'))),
                '</td></tr>\n',
            ))
        l_2_each = missing
        t_38.append(
            '</tbody>\n</table>\n</div>\n',
        )
        l_1_notes = t_7(context.eval_ctx, t_9(context, environment.getattr(environment.getattr(l_1_view, 'plan'), 'sequence'), 'release_notes', 'defined'))
        if (undefined(name='notes') if l_1_notes is missing else l_1_notes):
            pass
            t_38.append(
                '<h3>Release notes</h3>\n<ul>\n',
            )
            for l_2_step in (undefined(name='notes') if l_1_notes is missing else l_1_notes):
                _loop_vars = {}
                pass
                t_38.extend((
                    '<li>',
                    escape(environment.finalize(environment.getattr(l_2_step, 'step'))),
                    ': ',
                    escape(environment.finalize(environment.getattr(environment.getattr(l_2_step, 'release_notes'), 'url'))),
                ))
                if environment.getattr(environment.getattr(l_2_step, 'release_notes'), 'read_by'):
                    pass
                    t_38.extend((
                        ', read by ',
                        escape(environment.finalize(environment.getattr(environment.getattr(l_2_step, 'release_notes'), 'read_by'))),
                    ))
                t_38.append(
                    '</li>\n',
                )
            l_2_step = missing
            t_38.append(
                '</ul>\n',
            )
        return concat(t_38)
    context.exported_vars.add('provenance')
    context.vars['provenance'] = l_0_provenance = Macro(environment, macro, 'provenance', ('view', 'document', 'all_runs'), False, False, False, context.eval_ctx.autoescape)

blocks = {}
debug_info = '1=96&4=112&6=127&8=148&10=164&11=170&12=186&15=197&16=202&19=216&20=237&22=239&23=243&25=245&26=247&27=249&28=259&29=262&30=274&31=276&37=279&38=283&39=286&41=291&42=296&47=319&48=324&54=344&55=347&57=352&58=357&61=370&62=374&67=382&68=386&73=393&76=395&77=397&78=421&80=426&81=431&85=440&103=447&104=454&107=459&108=464&110=479&111=483&113=489&117=508&121=515&122=522&123=526&129=534&131=539&132=541&133=545&134=566&135=568&136=570&145=581&146=590&151=620&152=628&153=642&154=651&155=662&157=665&158=669&160=672&161=677&163=698&164=702&166=726&167=731&169=748&170=752&172=755&173=759&175=762&176=766&178=777&179=781&181=784&182=789&184=808&185=813&188=832&190=836&191=841&192=846&193=853&194=856&199=863&202=867&208=877&209=892&210=901&212=908&214=920&215=925&222=940&223=949&224=953&226=959&227=962&228=971&230=975&231=978&233=981&234=985&235=987&240=992&241=996&242=1000&252=1047&253=1057&256=1089&258=1112&259=1119&260=1128&263=1137&265=1151&266=1153&267=1155&268=1157&269=1160&270=1163&271=1167&276=1175&277=1177&279=1189&280=1193&282=1196&285=1201&286=1206&291=1222&296=1227&297=1232&298=1235&301=1245&302=1282&303=1285&313=1307&319=1312&320=1317&326=1343&329=1348&330=1353&334=1377&335=1378&336=1382&338=1385&339=1390&342=1401&343=1405&344=1412&345=1417&350=1428&352=1432&354=1435&355=1440&357=1446&358=1451&360=1455&361=1460&368=1471&369=1484&370=1500&372=1526&376=1542&377=1551&380=1595&381=1600&382=1607&383=1617&384=1628&385=1660&386=1662&387=1666&388=1674&389=1678&395=1693&396=1705&398=1709&399=1713&400=1715&401=1717&402=1721&409=1738&410=1743&415=1779&416=1780&419=1785&420=1790'
of_text = 'c653eff82de15c6e9b2cf3d8b7d63eea292df850b9ec8fea87741c6d19d5d0c0'
of_jinja = '3.1.6'
