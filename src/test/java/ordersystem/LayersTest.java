package ordersystem;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which: the invariants of ARCHITECTURE.md. */
@AnalyzeClasses(packages = "ordersystem", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule anOrderDependsOnNothingElseOfOurs = noClasses()
            .that()
            .resideInAPackage("ordersystem.order..")
            .should()
            .dependOnClassesThat(resideInAPackage("ordersystem..").and(not(resideInAPackage("ordersystem.order.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theLedgerDependsOnTheOrderOnly = noClasses()
            .that()
            .resideInAPackage("ordersystem.ledger..")
            .should()
            .dependOnClassesThat(resideInAPackage("ordersystem..")
                    .and(not(resideInAnyPackage("ordersystem.order..", "ordersystem.ledger.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule admissionDependsOnTheOrderOnly = noClasses()
            .that()
            .resideInAPackage("ordersystem.admission..")
            .should()
            .dependOnClassesThat(resideInAPackage("ordersystem..")
                    .and(not(resideInAnyPackage("ordersystem.order..", "ordersystem.admission.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule decisionsDependOnOrderLedgerAndAdmissionOnly = noClasses()
            .that()
            .resideInAPackage("ordersystem.processing..")
            .should()
            .dependOnClassesThat(resideInAPackage("ordersystem..")
                    .and(not(resideInAnyPackage(
                            "ordersystem.order..",
                            "ordersystem.ledger..",
                            "ordersystem.admission..",
                            "ordersystem.processing.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule operatorsCommandsKnowTheSystemByItsManagementPortOnly = noClasses()
            .that()
            .resideInAPackage("ordersystem.operations..")
            .should()
            .dependOnClassesThat(resideInAPackage("ordersystem..")
                    .and(not(resideInAnyPackage("ordersystem.order..", "ordersystem.operations.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theDrillJudgesFromOutside = noClasses()
            .that()
            .resideInAPackage("ordersystem.drill")
            .should()
            .dependOnClassesThat(resideInAPackage("ordersystem..")
                    .and(not(resideInAnyPackage(
                            "ordersystem",
                            "ordersystem.order..",
                            "ordersystem.processing..",
                            "ordersystem.report..",
                            "ordersystem.drill.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule routeFilesAreCheckedAndExchangedWithoutKnowingOrders = noClasses()
            .that()
            .resideInAPackage("ordersystem.reload..")
            .should()
            .dependOnClassesThat(resideInAPackage("ordersystem..")
                    .and(not(resideInAnyPackage(
                            "ordersystem.transaction..", "ordersystem.jmx..", "ordersystem.reload.."))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule sqlIsSpokenInTheLedgerOnlyAndByTheDrillsBaseline = noClasses()
            .that()
            .resideOutsideOfPackages("ordersystem.ledger..", "ordersystem.drill.baseline..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.sql..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule activeMqIsKnownInBrokerAndTransactionOnly = noClasses()
            .that()
            .resideOutsideOfPackages("ordersystem.broker..", "ordersystem.transaction..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.activemq..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesKnowEachOtherInOneDirection =
            slices().matching("ordersystem.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule aClassIsNamedAfterWhatItIs = classes()
            .should()
            .haveSimpleNameNotEndingWith("Util")
            .andShould()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper")
            .andShould()
            .haveSimpleNameNotEndingWith("Manager")
            .andShould()
            .haveSimpleNameNotEndingWith("Impl")
            .andShould()
            .haveSimpleNameNotStartingWith("Abstract");
}
